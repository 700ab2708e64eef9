import { decodeCharset } from './decode-charset.ts';
import { EncodedWordReader } from './encoded-word.ts';
import { headerText } from './header-text.ts';
import { returnsToAscii } from './iso-2022-jp.ts';
import { messageLimits } from './tree.ts';

const ESC = 0x1b;

/**
 * Whether an ISO-2022-JP word goes on in the character set its predecessor ended in: not allowed (RFC 2047 §3), but
 * some mailers cut text after encoding it. Such a word leaves a set that it never entered.
 */
function continuesState(before: readonly Buffer[], octets: Buffer): boolean {
  const last = before.at(-1)!;
  if (returnsToAscii(last) || !last.includes(ESC)) return false;
  const leaves = octets.indexOf(ESC);
  return leaves > 0 && octets[leaves + 1] === 0x28;
}

/** Encoded words that follow one another: those of one charset are joined before they are decoded. */
class WordRun {
  #charset = '';
  #octets: Buffer[] = [];
  #text = '';

  add(charset: string, octets: Buffer): void {
    const stateful = charset.startsWith('iso-2022') || charset.startsWith('cp5022');
    const joins =
      charset === this.#charset && this.#octets.length > 0 && (!stateful || continuesState(this.#octets, octets));
    if (!joins) this.#flush();
    this.#charset = charset;
    this.#octets.push(octets);
  }

  #flush(): void {
    if (this.#octets.length === 0) return;
    const octets = this.#octets.length === 1 ? this.#octets[0]! : Buffer.concat(this.#octets);
    this.#text += decodeCharset(octets, this.#charset).text;
    this.#octets = [];
  }

  take(): string {
    this.#flush();
    const text = this.#text;
    this.#text = '';
    return text;
  }
}

const isBlank = (text: string, from: number, to: number) => {
  for (let i = from; i < to; i++) if (text[i] !== ' ' && text[i] !== '\t') return false;
  return true;
};

/**
 * The text of an unstructured header value or phrase (RFC 2047), with the habits of Japanese mailers: raw 8-bit and
 * ISO-2022-JP text, characters and escape states cut between words, words glued to one another or to text, words with
 * spaces inside. `hint` is the charset of the body, for raw octets. What cannot be decoded stays as it is.
 */
export function decodeHeader(value: Buffer | string, hint?: string, maxWords = messageLimits.encodedWords): string {
  const text = typeof value === 'string' ? value : headerText(value, hint);
  let at = text.indexOf('=?');
  if (at === -1) return text;
  const reader = new EncodedWordReader(text);
  const run = new WordRun();
  let decoded = '';
  let from = 0;
  let words = 0;
  while (at !== -1 && words < maxWords) {
    const word = reader.read(at);
    if (word === null) {
      at = text.indexOf('=?', at + 2);
      continue;
    }
    if (words === 0 || !isBlank(text, from, at)) decoded += run.take() + text.slice(from, at);
    run.add(word.charset, word.octets);
    words++;
    from = word.end;
    at = text.indexOf('=?', from);
  }
  return decoded + run.take() + text.slice(from);
}
