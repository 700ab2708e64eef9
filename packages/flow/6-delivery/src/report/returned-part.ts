import { isAscii } from 'node:buffer';
import { base64Lines } from './mime-text.ts';

const HEADER_OCTETS = 64 * 1024;
const LINE = /[^\n]{999}/;

/** The third part of a report, and whether it can travel as 7 bits. */
export interface ReturnedPart {
  readonly octets: Buffer;
  readonly isSevenBit: boolean;
}

/**
 * What comes back of the original: all of it where that was asked and fits, else its header (RFC 3461 §4.3). A header
 * that is not clean ASCII is wrapped in base64; a whole message must not be (RFC 2046 §5.2.1) and needs 8BITMIME.
 */
export function formatReturnedPart(
  original: readonly Buffer[],
  wish: { readonly full: boolean; readonly mostOctets: number; readonly utf8: boolean },
): ReturnedPart {
  const sizeOctets = original.reduce((sum, part) => sum + part.length, 0);
  if (wish.full && sizeOctets <= wish.mostOctets) {
    const whole = Buffer.concat(original);
    const isSevenBit = isAscii(whole);
    return {
      isSevenBit,
      octets: Buffer.concat([
        Buffer.from(fields(wish.utf8 ? 'message/global' : 'message/rfc822', isSevenBit ? '7bit' : '8bit')),
        whole,
        Buffer.from(whole.subarray(-2).toString('latin1') === '\r\n' ? '' : '\r\n'),
      ]),
    };
  }
  const header = headerOf(original);
  const type = wish.utf8 ? 'message/global-headers' : 'text/rfc822-headers';
  const isClean = isAscii(header) && !LINE.test(header.toString('latin1')) && !header.includes(0);
  const text = isClean ? header.toString('latin1') : base64Lines(header);
  return { isSevenBit: true, octets: Buffer.from(`${fields(type, isClean ? '7bit' : 'base64')}${text}`, 'latin1') };
}

/** The header of a message with the CRLF of its last field; one that never ends is cut behind a line. */
export function headerOf(original: readonly Buffer[]): Buffer {
  const start = Buffer.concat(
    original,
    Math.min(
      HEADER_OCTETS,
      original.reduce((sum, part) => sum + part.length, 0),
    ),
  );
  const end = start.indexOf('\r\n\r\n');
  if (end >= 0) return start.subarray(0, end + 2);
  const lastLine = start.lastIndexOf('\r\n');
  return lastLine < 0 ? Buffer.alloc(0) : start.subarray(0, lastLine + 2);
}

/** The message id of a header, when it is one that can be quoted. */
export function messageIdOf(header: Buffer): string | null {
  return (
    /^message-id:[ \t]*(?:\r\n[ \t]+)?(<[\x21-\x3b\x3d\x3f-\x7e]{1,250}>)[ \t]*\r?$/im.exec(
      header.toString('latin1'),
    )?.[1] ?? null
  );
}

const fields = (type: string, encoding: string) =>
  `Content-Type: ${type}\r\nContent-Transfer-Encoding: ${encoding}\r\n\r\n`;
