/** Separates: white space, controls, and ASCII that is neither letter nor digit. */
export const GAP = 0;
/** Belongs to a word: letters, digits and marks of scripts that put spaces between words. */
export const WORD = 1;
/** Belongs to a run: Japanese, Chinese, Korean and Thai characters, their punctuation, symbols, emoji. */
export const RUN = 2;

/** Scripts whose words are not parted by spaces, or whose words grow endings (Korean). */
const RUN_SCRIPTS =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Bopomofo}\p{Script=Yi}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\p{Script=Tibetan}\u3000-\u303f\u3099-\u309c\u30a0\u30fb\u30fc]/u;
const WORD_CHARACTER = /[\p{L}\p{N}\p{M}]/u;
const GAP_CHARACTER = /[\p{White_Space}\p{Cc}]/u;

/** Shown as nothing: variation selectors, joiners, bidi marks, soft hyphens. Left out before anything else is done. */
export const NOTHING = 3;

const IGNORABLE = /\p{Default_Ignorable_Code_Point}/u;
/** Wave dash and minus sign: what JIS calls so. Windows says U+FF5E and U+FF0D, which NFKC makes ASCII. */
const JIS_GAPS = new Set([0x301c, 0x2212]);

function classify(codePoint: number): number {
  if (codePoint < 0x80) return /[0-9A-Za-z]/.test(String.fromCharCode(codePoint)) ? WORD : GAP;
  const character = String.fromCodePoint(codePoint);
  if (IGNORABLE.test(character)) return NOTHING;
  if (GAP_CHARACTER.test(character) || JIS_GAPS.has(codePoint)) return GAP;
  if (RUN_SCRIPTS.test(character)) return RUN;
  return WORD_CHARACTER.test(character) ? WORD : RUN;
}

let basicPlane: Uint8Array | undefined;

/** The classes of U+0000–U+FFFF, worked out once. */
export function basicPlaneClasses(): Uint8Array {
  if (basicPlane === undefined) {
    basicPlane = new Uint8Array(0x10000);
    for (let unit = 0; unit < 0x10000; unit++) {
      basicPlane[unit] = unit >= 0xd800 && unit < 0xe000 ? RUN : classify(unit);
    }
  }
  return basicPlane;
}

const supplementary = new Map<number, number>();
const MOST_KEPT = 10_000;

/** The class of a character beyond U+FFFF. */
export function supplementaryClass(codePoint: number): number {
  let known = supplementary.get(codePoint);
  if (known === undefined) {
    known = classify(codePoint);
    if (supplementary.size < MOST_KEPT) supplementary.set(codePoint, known);
  }
  return known;
}

/** The class of the character that begins at `at`. */
export function classAt(text: string, at: number): number {
  const codePoint = text.codePointAt(at) ?? 0;
  return codePoint > 0xffff ? supplementaryClass(codePoint) : basicPlaneClasses()[codePoint]!;
}
