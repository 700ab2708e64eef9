import { decodeHeader } from './decode-header.ts';
import { EncodedWordReader } from './encoded-word.ts';
import { headerText } from './header-text.ts';
import { readQuoted, skipComment } from './structured-value.ts';
import { messageLimits } from './tree.ts';

/** One address of a field (RFC 5322 §3.4). */
export interface NamedAddress {
  /** Display name or comment, decoded; empty if there is none. */
  readonly name: string;
  /** As it stands between the angle brackets, never decoded; empty where no single address can be made out. */
  readonly address: string;
  /** Name of the group it stands in. */
  readonly group?: string;
}

const LONGEST_NAME = 2_000;
const STOPS = ' \t\r\n("<,;:>';

interface Word {
  readonly text: string;
  readonly quoted: boolean;
  /** White space or a comment stands before it. */
  readonly apart: boolean;
}

/** Takes comments and white space out of an address, and the route before it (RFC 5322 §4.4). */
function plainAddress(text: string): string {
  let address = '';
  for (let i = 0; i < text.length; ) {
    const character = text[i]!;
    if (character === '"') {
      const { end } = readQuoted(text, i);
      address += text.slice(i, end);
      i = end;
    } else if (character === '(') {
      i = skipComment(text, i);
    } else {
      if (!' \t\r\n'.includes(character)) address += character;
      i++;
    }
  }
  if (address.startsWith('@')) address = address.slice(address.indexOf(':') + 1);
  return address.includes('@') ? address : '';
}

/** Words that stand together as one address or one word of a name. */
interface Piece {
  readonly spelled: string[];
  /** An `@` stands in it outside quotes. */
  hasAt: boolean;
  gluesNext: boolean;
}

/** Puts words together that belong to one address: `a . b @ c` is written with spaces in old mail (RFC 5322 §4.4). */
function joinWords(words: readonly Word[]): Piece[] {
  const pieces: Piece[] = [];
  for (const { text, quoted, apart } of words) {
    const last = pieces.at(-1);
    const spelled = quoted ? `"${text.replace(/["\\]/g, '\\$&')}"` : text;
    const hasAt = !quoted && text.includes('@');
    const gluesNext = !quoted && (text.endsWith('.') || text.endsWith('@'));
    const glued = !apart || last?.gluesNext === true || (!quoted && (text[0] === '.' || text[0] === '@'));
    if (last === undefined || !glued) {
      pieces.push({ spelled: [spelled], hasAt, gluesNext });
    } else {
      last.spelled.push(spelled);
      last.hasAt ||= hasAt;
      last.gluesNext = gluesNext;
    }
  }
  return pieces;
}

/** Reads an address list one character after the other, whatever is nested or left open in it. */
class AddressListReader {
  readonly found: NamedAddress[] = [];
  readonly #text: string;
  readonly #most: number;
  readonly #encodedWords: EncodedWordReader;
  #at = 0;
  #words: Word[] = [];
  #comment = '';
  #angle: string | null = null;
  #group: string | null = null;
  #apart = false;

  constructor(text: string, most: number) {
    this.#text = text;
    this.#most = most;
    this.#encodedWords = new EncodedWordReader(text);
  }

  read(): NamedAddress[] {
    while (this.#at < this.#text.length && this.found.length < this.#most) this.#step(this.#text[this.#at]!);
    if (this.found.length < this.#most) this.#finish();
    return this.found;
  }

  #step(character: string): void {
    switch (character) {
      case ' ':
      case '\t':
      case '\r':
      case '\n':
      case '>':
        this.#apart = true;
        this.#at++;
        return;
      case '(': {
        const end = skipComment(this.#text, this.#at);
        if (this.#comment === '')
          this.#comment = this.#text.slice(this.#at + 1, Math.min(end - 1, this.#at + LONGEST_NAME));
        this.#at = end;
        this.#apart = true;
        return;
      }
      case '"': {
        const { text, end } = readQuoted(this.#text, this.#at);
        this.#push(text, true);
        this.#at = end;
        return;
      }
      case '<':
        this.#readAngle();
        return;
      case ',':
        this.#finish();
        this.#at++;
        return;
      case ';':
        this.#finish();
        this.#group = null;
        this.#at++;
        return;
      case ':':
        if (this.#angle === null) {
          this.#group = this.#phrase();
          this.#clear();
        }
        this.#at++;
        return;
      default:
        this.#readAtom();
    }
  }

  #push(text: string, quoted: boolean): void {
    this.#words.push({ text, quoted, apart: this.#apart });
    this.#apart = false;
  }

  #readAngle(): void {
    const start = this.#at + 1;
    let end = start;
    while (end < this.#text.length && this.#text[end] !== '>') {
      if (this.#text[end] === '"') end = readQuoted(this.#text, end).end;
      else if (this.#text[end] === '(') end = skipComment(this.#text, end);
      else end++;
    }
    this.#angle ??= this.#text.slice(start, Math.min(end, start + LONGEST_NAME));
    this.#at = end + 1;
    this.#apart = true;
  }

  #readAtom(): void {
    const start = this.#at;
    if (this.#text.startsWith('=?', start)) {
      const word = this.#encodedWords.read(start);
      if (word !== null && !/[<>@"]/.test(this.#text.slice(start, word.end))) {
        this.#push(this.#text.slice(start, word.end), false);
        this.#at = word.end;
        return;
      }
    }
    let end = start;
    while (end < this.#text.length && !STOPS.includes(this.#text[end]!)) {
      const literalEnd = this.#text[end] === '[' ? this.#text.slice(end, end + 300).indexOf(']') : -1;
      end += literalEnd === -1 ? 1 : literalEnd + 1;
    }
    this.#push(this.#text.slice(start, end), false);
    this.#at = end;
  }

  #phrase(): string {
    const text = this.#words.map((word) => (word.apart ? ' ' : '') + word.text).join('');
    return decodeHeader(text.slice(0, LONGEST_NAME)).trim();
  }

  #finish(): void {
    if (this.#angle !== null)
      this.#add(this.#phrase() || (this.#angle.includes('@') ? '' : this.#angle), plainAddress(this.#angle));
    else if (this.#words.length > 0) this.#finishBare();
    this.#clear();
  }

  /** Without angle brackets there is an address only where one piece, and no more, has an `@` outside quotes. */
  #finishBare(): void {
    const pieces = joinWords(this.#words);
    const addresses = pieces.filter((piece) => piece.hasAt);
    const [only] = addresses;
    if (addresses.length !== 1 || only === undefined) {
      this.#add(this.#phrase(), '');
      return;
    }
    const rest = pieces.filter((piece) => piece !== only).map((piece) => piece.spelled.join(''));
    this.#add(decodeHeader(rest.join(' ').slice(0, LONGEST_NAME)), only.spelled.join('').slice(0, LONGEST_NAME));
  }

  #add(name: string, address: string): void {
    const shown = name === '' ? decodeHeader(this.#comment) : name;
    if (shown === '' && address === '') return;
    this.found.push({ name: shown, address, ...(this.#group === null ? {} : { group: this.#group }) });
  }

  #clear(): void {
    this.#words = [];
    this.#comment = '';
    this.#angle = null;
    this.#apart = false;
  }
}

/**
 * The addresses of From, To, Cc and their like, at most `most`. Structure first, decoding after: neither a display
 * name nor an encoded word ever yields an address. `hint` is the charset of the body, for raw octets.
 */
export function parseAddressList(
  value: Buffer | string,
  hint?: string,
  most = messageLimits.addresses,
): NamedAddress[] {
  const text = typeof value === 'string' ? value : headerText(value, hint);
  return new AddressListReader(text, most).read();
}
