import { basicPlaneClasses, GAP, NOTHING, RUN, supplementaryClass, WORD } from './character-class.ts';

const LF = 10;
const SPACE = 32;
const QUOTE_MARK = 62;
const isBlank = (unit: number) => unit === SPACE || unit === 9 || (unit >= 11 && unit <= 13);
/** A longer word is cut, so that no token exceeds what an index holds. */
export const LONGEST_WORD_UNITS = 64;

/** Characters that Windows and JIS map differently, and the final sigma, which must not depend on what follows. */
const SAME = new Map<number, number>([
  [0x2016, 0x2225],
  [0x2014, 0x2015],
  [0x03c2, 0x03c3],
]);

let scratch = new Uint16Array(1 << 16);

function scratchFor(units: number): Uint16Array {
  if (scratch.length >= units) return scratch;
  const larger = new Uint16Array(units);
  if (units <= 1 << 22) scratch = larger;
  return larger;
}

/** Text of UTF-16 units. */
export function textOfUnits(units: Uint16Array, length: number): string {
  return Buffer.from(units.buffer, units.byteOffset, length * 2).toString('utf16le');
}

/** Folds normalised text; `null` when it holds a character that should have been left out before normalising. */
function foldNormalised(text: string): string | null {
  const classes = basicPlaneClasses();
  const units = scratchFor(text.length * 2 + 2);
  let length = 0;
  let last = GAP;
  let wordUnits = 0;
  let gap = false;
  let hardGap = false;
  let lineEnds = 0;
  for (let i = 0; i < text.length; i++) {
    let unit = text.charCodeAt(i);
    let low = 0;
    let kind = classes[unit]!;
    if ((unit & 0xfc00) === 0xd800) {
      low = text.charCodeAt(++i);
      kind = supplementaryClass(((unit & 0x3ff) << 10) + (low & 0x3ff) + 0x10000);
    }
    if (kind === GAP) {
      gap = true;
      if (unit === LF) lineEnds++;
      else if (!isBlank(unit) && !(unit === QUOTE_MARK && lineEnds > 0)) hardGap = true;
      continue;
    }
    if (kind === NOTHING) return null;
    const joined = gap && !hardGap && lineEnds === 1 && last === RUN && kind === RUN;
    const apart = kind !== last || (gap && !joined) || (kind === WORD && wordUnits >= LONGEST_WORD_UNITS);
    if (apart) {
      if (length > 0) units[length++] = SPACE;
      wordUnits = 0;
    }
    gap = false;
    hardGap = false;
    lineEnds = 0;
    last = kind;
    if (SAME.has(unit)) unit = SAME.get(unit)!;
    units[length++] = unit;
    if (low !== 0) units[length++] = low;
    wordUnits++;
  }
  return textOfUnits(units, length);
}

const IGNORABLE = /\p{Default_Ignorable_Code_Point}+/gu;

/**
 * The text that a search compares: NFKC, lower case, words and runs of Japanese parted by one space each. ASCII that is
 * neither letter nor digit parts words like a space does. One line end between two Japanese characters is a fold and
 * joins them, quote marks and indentation around it included; a Latin word never goes over a line end. Katakana and
 * hiragana stay what they are.
 */
export function foldText(text: string): string {
  const fold = (source: string) => foldNormalised(source.toWellFormed().normalize('NFKC').toLowerCase());
  return fold(text) ?? fold(text.replace(IGNORABLE, '')) ?? '';
}
