import { type Column, characterTag } from './tags.ts';

/** From here on (CJK radicals, kana, ideographs, Hangul) a run of text is indexed as pairs of characters. */
const FIRST_PAIRED = 0x2e80;
/** A unit between these is the first half of a character that `@sekisho/words` spells as two. */
const FIRST_HALF = 0xe000;
const LAST_HALF = 0xe7ff;

const lastSeen = new Uint32Array(0x10000);
let round = 0;

/**
 * Tags for the characters that begin a token of two or more, so that one character alone is found by an exact look-up.
 * A character that is a token by itself needs none. A prefix query would answer the same by merging every token that
 * begins with the character, which for a frequent one is most of the index.
 */
export function characterTags(column: Column, tokens: string): string {
  round = round > 0xffff_0000 ? restart() : round + 2;
  const [leading, alone] = [round, round + 1];
  const found: number[] = [];
  const spelled = new Set<string>();
  for (let start = 0, end = 0; start < tokens.length; start = end + 1) {
    end = tokens.indexOf(' ', start);
    if (end < 0) end = tokens.length;
    const unit = tokens.charCodeAt(start);
    if (unit < FIRST_PAIRED) continue;
    if (unit >= FIRST_HALF && unit <= LAST_HALF) {
      if (end - start > 2) spelled.add(tokens.slice(start, start + 2));
    } else if (end - start === 1) {
      lastSeen[unit] = alone;
    } else if (lastSeen[unit]! < leading) {
      lastSeen[unit] = leading;
      found.push(unit);
    }
  }
  let tags = '';
  for (const unit of found) {
    if (lastSeen[unit] === leading) tags += ` ${characterTag(column, String.fromCharCode(unit))}`;
  }
  for (const character of spelled) tags += ` ${characterTag(column, character)}`;
  return tags;
}

function restart(): number {
  lastSeen.fill(0);
  return 2;
}

/** True for a token of one character, as {@link characterTags} tags it. */
export function isOneCharacter(token: string): boolean {
  const unit = token.charCodeAt(0);
  if (unit >= FIRST_HALF && unit <= LAST_HALF) return token.length === 2;
  return unit >= FIRST_PAIRED && token.length === 1;
}
