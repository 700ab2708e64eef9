/** Tables and certificates that more than one room tests against. */
export { type SelfSigned, selfSigned } from './self-signed.ts';

/** Line ends, true and false, that senders have been seen to write around a dot. */
export const LINE_ENDS: Readonly<Record<string, string>> = {
  CRLF: '\r\n',
  LF: '\n',
  CR: '\r',
  CRCRLF: '\r\r\n',
  NUL: '\0',
  'CRLF NUL': '\r\n\0',
  'NUL CRLF': '\0\r\n',
  'LF CR': '\n\r',
  nothing: '',
};

/** One way of ending data too early: what stands before and behind the dot. */
export interface FalseEnd {
  readonly name: string;
  readonly octets: Buffer;
  /** The sequence holds CRLF.CRLF, the one true end (RFC 5321 §4.1.1.4). */
  readonly isEnd: boolean;
}

/** Every combination of {@link LINE_ENDS} before and behind a dot. */
export function smugglingTable(): FalseEnd[] {
  return Object.entries(LINE_ENDS).flatMap(([before, left]) =>
    Object.entries(LINE_ENDS).map(([behind, right]) => ({
      name: `${before} dot ${behind}`,
      octets: Buffer.from(`${left}.${right}`, 'latin1'),
      isEnd: left.endsWith('\r\n') && right.startsWith('\r\n'),
    })),
  );
}
