import { classAt, RUN } from './character-class.ts';
import { foldText, textOfUnits } from './fold-text.ts';

const SPACE = 32;

/** Version of the fold and of the tokens: rows of another one are indexed anew. */
export const WORDS_VERSION = 1;

/** Characters that SQLite's `unicode61` takes for parts of a token and leaves as they are. */
const SAFE: readonly (readonly [first: number, last: number])[] = [
  [0x30, 0x39],
  [0x61, 0x7a],
  [0xdf, 0xf6],
  [0xf8, 0x17f],
  [0x3ac, 0x3ce],
  [0x430, 0x45f],
  [0x3005, 0x3007],
  [0x3041, 0x3096],
  [0x309d, 0x309e],
  [0x30a1, 0x30fa],
  [0x30fc, 0x30fe],
  [0x31f0, 0x31ff],
  [0x3400, 0x4db5],
  [0x4e00, 0x9fcb],
  [0xac00, 0xd7a3],
];

/** What each unit becomes in a token: itself, one private character for frequent punctuation, or 0 for a pair. */
let spelling: Uint16Array | undefined;

function spellings(): Uint16Array {
  if (spelling === undefined) {
    spelling = new Uint16Array(0x10000);
    for (const [first, last] of SAFE) for (let unit = first; unit <= last; unit++) spelling[unit] = unit;
    for (let unit = 0x3000; unit < 0x3040; unit++) spelling[unit] ||= 0xf000 + unit - 0x3000;
    for (let unit = 0x2000; unit < 0x2070; unit++) spelling[unit] ||= 0xf080 + unit - 0x2000;
    spelling[0x30fb] = 0xf040;
  }
  return spelling;
}

let scratch = new Uint16Array(1 << 16);

/** Writes the tokens of folded text one after the other. */
class TokenWriter {
  readonly #spellings = spellings();
  readonly #folded: string;
  #units: Uint16Array;
  #length = 0;

  constructor(folded: string) {
    this.#folded = folded;
    const units = folded.length * 5 + 8;
    if (scratch.length < units && units <= 1 << 23) scratch = new Uint16Array(units);
    this.#units = scratch.length >= units ? scratch : new Uint16Array(units);
  }

  /** Every element of the text; without `open`, the last run ends with its single last character too. */
  write(open: boolean): string {
    const folded = this.#folded;
    for (let at = 0; at < folded.length; ) {
      let end = folded.indexOf(' ', at);
      if (end === -1) end = folded.length;
      if (classAt(folded, at) === RUN) this.#writeRun(at, end, open && end === folded.length);
      else this.#writeWord(at, end);
      at = end + 1;
    }
    return textOfUnits(this.#units, Math.max(this.#length - 1, 0));
  }

  #writeWord(at: number, end: number): void {
    for (let next = at; next < end; ) next = this.#spell(next);
    this.#units[this.#length++] = SPACE;
  }

  #writeRun(at: number, end: number, open: boolean): void {
    let from = at;
    for (;;) {
      const next = this.#spell(from);
      if (next >= end) break;
      this.#spell(next);
      this.#units[this.#length++] = SPACE;
      from = next;
      if (open && this.#after(next) >= end) return;
    }
    this.#units[this.#length++] = SPACE;
  }

  #after(at: number): number {
    return (this.#folded.charCodeAt(at) & 0xfc00) === 0xd800 ? at + 2 : at + 1;
  }

  /** Writes the character at `at`; returns where the next one begins. */
  #spell(at: number): number {
    const unit = this.#folded.charCodeAt(at);
    const spelled = this.#spellings[unit]!;
    if (spelled !== 0) {
      this.#units[this.#length++] = spelled;
      return at + 1;
    }
    const next = this.#after(at);
    const codePoint = next === at + 1 ? unit : this.#folded.codePointAt(at)!;
    this.#units[this.#length++] = 0xe000 + (codePoint >> 10);
    this.#units[this.#length++] = 0xe800 + (codePoint & 0x3ff);
    return next;
  }
}

/**
 * The tokens of a text, parted by spaces, for FTS5 with `unicode61 remove_diacritics 0` or any index that parts at
 * spaces: words as they are; for a run of Japanese every two neighbours and then its last character alone.
 */
export function indexText(text: string): string {
  return new TokenWriter(foldText(text)).write(false);
}

/** The same tokens as a list. */
export function words(text: string): string[] {
  const tokens = indexText(text);
  return tokens === '' ? [] : tokens.split(' ');
}

/** Tokens of a phrase to search: the last run stays open, as it may go on in the text. */
export function phraseTokens(folded: string): string {
  return new TokenWriter(folded).write(true);
}
