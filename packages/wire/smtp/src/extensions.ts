import type { Reply } from '@sekisho/terms';

/** What a server offers in its answer to EHLO (RFC 5321 §4.1.1.1). */
export interface Extensions {
  /** The name the server gives itself. */
  readonly domain: string;
  /** Keyword in capitals → its parameters. */
  readonly keywords: ReadonlyMap<string, readonly string[]>;
  /** Most octets of a message (RFC 1870); `null` when the server names no limit. */
  readonly sizeOctets: number | null;
  readonly pipelining: boolean;
  readonly eightBitMime: boolean;
  readonly smtpUtf8: boolean;
  readonly dsn: boolean;
  readonly startTls: boolean;
}

/** Reads the answer to EHLO; lines that are no keyword are passed over. */
export function parseExtensions(reply: Reply): Extensions {
  const [first = '', ...lines] = typeof reply.text === 'string' ? [reply.text] : reply.text;
  const keywords = new Map<string, readonly string[]>();
  for (const line of lines) {
    const [keyword = '', ...parameters] = line.trim().split(/[ \t]+/);
    if (/^[A-Za-z0-9][A-Za-z0-9-]*$/.test(keyword)) keywords.set(keyword.toUpperCase(), parameters);
  }
  const size = keywords.get('SIZE')?.[0] ?? '';
  const sizeOctets = /^[0-9]{1,20}$/.test(size) && Number(size) > 0 ? Number(size) : null;
  return {
    domain: first.split(' ', 1)[0]!,
    keywords,
    sizeOctets,
    pipelining: keywords.has('PIPELINING'),
    eightBitMime: keywords.has('8BITMIME'),
    smtpUtf8: keywords.has('SMTPUTF8'),
    dsn: keywords.has('DSN'),
    startTls: keywords.has('STARTTLS'),
  };
}
