/** One encoded word (RFC 2047 §2) taken apart; `end` is behind its `?=`. */
export interface EncodedWord {
  /** Lower case, language suffix of RFC 2231 §5 removed. */
  readonly charset: string;
  readonly octets: Buffer;
  readonly end: number;
}

const hex = (code: number) =>
  code >= 48 && code <= 57
    ? code - 48
    : code >= 65 && code <= 70
      ? code - 55
      : code >= 97 && code <= 102
        ? code - 87
        : -1;

function decodeQ(text: string): Buffer {
  const octets = Buffer.allocUnsafe(text.length * 3);
  let length = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    const high = code === 0x3d ? hex(text.charCodeAt(i + 1)) : -1;
    const low = high === -1 ? -1 : hex(text.charCodeAt(i + 2));
    if (low !== -1) {
      octets[length++] = high * 16 + low;
      i += 2;
    } else if (code === 0x5f) {
      octets[length++] = 0x20;
    } else if (code < 0x80) {
      octets[length++] = code;
    } else {
      length += octets.write(text[i]!, length);
    }
  }
  return octets.subarray(0, length);
}

/**
 * Finds encoded words in one text, each position asked for once and in order, so that the whole costs no more than its
 * length even when no word ever ends.
 */
export class EncodedWordReader {
  readonly #text: string;
  #nextEnd = -2;

  constructor(text: string) {
    this.#text = text;
  }

  #endFrom(position: number): number {
    if (this.#nextEnd === -1 || this.#nextEnd >= position) return this.#nextEnd;
    return (this.#nextEnd = this.#text.indexOf('?=', position));
  }

  /** The encoded word whose `=?` stands at `at`, or `null`. Spaces inside are accepted, as some mailers send them. */
  read(at: number): EncodedWord | null {
    const text = this.#text;
    const charsetEnd = text.slice(at + 2, at + 82).indexOf('?');
    if (charsetEnd < 1 || text[at + 2 + charsetEnd + 2] !== '?') return null;
    const charset = text.slice(at + 2, at + 2 + charsetEnd);
    if (/[\s=()<>@,;:"/[\]]/.test(charset)) return null;
    const encoding = text[at + 2 + charsetEnd + 1]!.toUpperCase();
    const start = at + 2 + charsetEnd + 3;
    const end = this.#endFrom(start);
    if (end === -1) return null;
    const payload = text.slice(start, end);
    if (encoding === 'B') {
      if (payload.includes('?')) return null;
      return { charset: stripLanguage(charset), octets: Buffer.from(payload, 'base64'), end: end + 2 };
    }
    if (encoding !== 'Q' || payload.includes('=?')) return null;
    return { charset: stripLanguage(charset), octets: decodeQ(payload), end: end + 2 };
  }
}

function stripLanguage(charset: string): string {
  const star = charset.indexOf('*');
  return (star === -1 ? charset : charset.slice(0, star)).toLowerCase();
}
