/** Why a line cannot be read: it exceeds the limit, it ends in a LF without CR, or it is not UTF-8. */
export interface LineFault {
  readonly fault: 'too-long' | 'bare-lf' | 'not-utf8';
}

const TOO_LONG: LineFault = Object.freeze({ fault: 'too-long' });
const BARE_LF: LineFault = Object.freeze({ fault: 'bare-lf' });
const NOT_UTF8: LineFault = Object.freeze({ fault: 'not-utf8' });
const NOTHING = Buffer.alloc(0);
const CR = 13;
const LF = 10;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Cuts a stream of octets into lines that end in CRLF and in nothing else (RFC 5321 §2.3.8). Holds no more than what
 * was pushed and not read; a line over the limit is dropped as it comes and reported once, at its end.
 */
export class LineSplitter {
  readonly #maxOctets: number;
  #held: Buffer = NOTHING;
  #at = 0;
  #dropping = false;

  /** @param maxOctets length of a line with its CRLF */
  constructor(maxOctets: number) {
    this.#maxOctets = maxOctets;
  }

  /** Octets pushed and not yet read. */
  get unreadOctets(): number {
    return this.#held.length - this.#at;
  }

  push(chunk: Buffer): void {
    if (this.#at === this.#held.length) this.#held = chunk;
    else this.#held = Buffer.concat([this.#held.subarray(this.#at), chunk]);
    this.#at = 0;
  }

  /** The next whole line without its CRLF, a fault in its place, or `null` while none has ended. */
  next(): string | LineFault | null {
    const from = this.#at;
    const lf = this.#held.indexOf(LF, from);
    if (lf < 0) {
      if (this.unreadOctets >= this.#maxOctets) this.#drop();
      return null;
    }
    this.#at = lf + 1;
    if (lf === from || this.#held[lf - 1] !== CR) return this.#ended(BARE_LF);
    if (this.#dropping || lf + 1 - from > this.#maxOctets) return this.#ended(TOO_LONG);
    const text = decodeLine(this.#held, from, lf - 1);
    this.#forgetIfRead();
    return text ?? NOT_UTF8;
  }

  /** Hands over all that is unread, for another reader of the same stream. */
  take(): Buffer {
    const rest = this.#at === 0 ? this.#held : this.#held.subarray(this.#at);
    this.#held = NOTHING;
    this.#at = 0;
    return rest;
  }

  #ended(fault: LineFault): LineFault {
    this.#dropping = false;
    this.#forgetIfRead();
    return fault;
  }

  /** Keeps the last octet alone: it may be the CR of a CRLF. */
  #drop(): void {
    this.#dropping = true;
    this.#held = Buffer.from(this.#held.subarray(-1));
    this.#at = 0;
  }

  #forgetIfRead(): void {
    if (this.#at < this.#held.length) return;
    this.#held = NOTHING;
    this.#at = 0;
  }
}

/** The text of some octets: ASCII or UTF-8, else `null`. */
export function decodeLine(octets: Buffer, from: number, to: number): string | null {
  const text = octets.toString('latin1', from, to);
  if (!/[\x80-\xff]/.test(text)) return text;
  try {
    return utf8.decode(octets.subarray(from, to));
  } catch {
    return null;
  }
}
