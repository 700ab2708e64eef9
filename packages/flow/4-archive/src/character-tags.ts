import { type Column, characterTag } from './tags.ts';

/** From here on (CJK radicals, kana, ideographs, Hangul) a run of text is indexed as pairs of characters. */
const FIRST_PAIRED = 0x2e80;
/** A unit between these is the first half of a character that `@sekisho/words` spells as two. */
const FIRST_HALF = 0xe000;
const LAST_HALF = 0xe7ff;
const SPACE = 0x20;

/** For each unit the number of the call that last saw it lead a token, or one more when it was a token alone. */
const lastSeen = new Uint32Array(0x10000);
const leading = new Uint16Array(0x10000);
let round = 0;

/**
 * Tags that make two frequent questions exact look-ups. One is a character alone: the characters that begin a token of
 * two are tagged (one that is a token by itself needs no tag). The other is a word with one character behind it, as in
 * 10月 or A社: such a neighbourhood is tagged as a whole. A prefix query would answer both the same by merging every
 * token that begins with the character, which for a frequent one is most of the index.
 */
export function characterTags(column: Column, tokens: string): string {
  round = round > 0xffff_0000 ? restart() : round + 2;
  const others = new Set<string>();
  let found = 0;
  let wordStart = -1;
  for (let start = 0, end = 0; start < tokens.length; start = end + 1) {
    const unit = tokens.charCodeAt(start);
    const isHalf = unit >= FIRST_HALF && unit <= LAST_HALF;
    if (unit >= FIRST_PAIRED && !isHalf && tokens.charCodeAt(start + 2) === SPACE) {
      end = tokens.charCodeAt(start + 1) === SPACE ? start + 1 : start + 2;
    } else {
      end = tokens.indexOf(' ', start);
      if (end < 0) end = tokens.length;
    }
    if (unit < FIRST_PAIRED) {
      wordStart = end > start ? start : -1;
      continue;
    }
    const width = isHalf ? 2 : 1;
    if (wordStart >= 0) others.add(tokens.slice(wordStart, start - 1) + tokens.slice(start, start + width));
    wordStart = -1;
    if (isHalf) {
      if (end - start > 2) others.add(tokens.slice(start, start + 2));
    } else if (end - start === 1) {
      lastSeen[unit] = round + 1;
    } else if (lastSeen[unit]! < round) {
      lastSeen[unit] = round;
      leading[found++] = unit;
    }
  }
  const all = [...others];
  for (let at = 0; at < found; at++) {
    if (lastSeen[leading[at]!] === round) all.push(String.fromCharCode(leading[at]!));
  }
  if (all.length === 0) return '';
  const separator = ` ${characterTag(column, '')}`;
  return separator + all.join(separator);
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

/** True for a token that is a word and not a piece of a run. */
export function isWord(token: string): boolean {
  return token !== '' && token.charCodeAt(0) < FIRST_PAIRED;
}
