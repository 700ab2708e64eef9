import { isAscii, isUtf8 } from 'node:buffer';
import { hasJapaneseEscape } from './iso-2022-jp.ts';

const SAMPLE_OCTETS = 65_536;

/** How well octets fit a double-byte encoding: broken sequences, kana and other characters, half-width kana. */
interface Fit {
  broken: number;
  kana: number;
  wide: number;
  narrow: number;
  /** Characters with ASCII letters on both sides: accented letters of another script, most likely. */
  lonely: number;
}

const isLetter = (octet: number | undefined) =>
  octet !== undefined && ((octet >= 0x41 && octet <= 0x5a) || (octet >= 0x61 && octet <= 0x7a));

/** Octets of the character that begins with `lead` in Shift_JIS, and what kind it is; `null` where none can begin. */
function readShiftJis(lead: number, trail: number | undefined): { octets: number; kind: keyof Fit } | null {
  if (lead >= 0xa1 && lead <= 0xdf) return { octets: 1, kind: 'narrow' };
  if (lead < 0x81 || lead === 0xa0 || lead > 0xfc || trail === undefined) return null;
  if (trail < 0x40 || trail === 0x7f || trail > 0xfc) return null;
  return { octets: 2, kind: lead === 0x82 || lead === 0x83 ? 'kana' : 'wide' };
}

/** The same for EUC-JP, with its half-width kana (0x8e) and JIS X 0212 (0x8f). */
function readEucJp(lead: number, trail: number | undefined, third: number | undefined) {
  const high = (octet: number | undefined) => octet !== undefined && octet >= 0xa1 && octet !== 0xff;
  if (lead === 0x8e && high(trail) && trail! <= 0xdf) return { octets: 2, kind: 'narrow' as const };
  if (lead === 0x8f && high(trail) && high(third)) return { octets: 3, kind: 'wide' as const };
  if (!high(lead) || !high(trail)) return null;
  return { octets: 2, kind: lead === 0xa4 || lead === 0xa5 ? ('kana' as const) : ('wide' as const) };
}

function fit(octets: Buffer, read: typeof readEucJp | typeof readShiftJis): Fit {
  const found: Fit = { broken: 0, kana: 0, wide: 0, narrow: 0, lonely: 0 };
  for (let i = 0; i < octets.length; ) {
    if (octets[i]! < 0x80) {
      i++;
      continue;
    }
    const character = read(octets[i]!, octets[i + 1], octets[i + 2]);
    if (character === null) found.broken++;
    else found[character.kind]++;
    const next = i + (character?.octets ?? 1);
    if (isLetter(octets[i - 1]) && (isLetter(octets[next]) || isLetter(octets[next - 1]))) found.lonely++;
    i = next;
  }
  return found;
}

const weight = ({ kana, wide, narrow, broken }: Fit) => kana * 4 + wide * 2 - narrow - broken * 20;

/** Whether octets that fit this well are Japanese: hardly any broken or lonely, and more than a half-width mark. */
function isBelieved({ kana, wide, narrow, broken, lonely }: Fit): boolean {
  const characters = kana + wide + narrow;
  return broken * 10 <= characters && lonely * 4 <= characters && (kana + wide > 0 || narrow > 2);
}

/** Cuts off a character that the end of the sample has divided. */
export function wholeUtf8(octets: Buffer): Buffer {
  for (let back = 1; back <= 3 && back <= octets.length; back++) {
    const octet = octets[octets.length - back]!;
    if (octet < 0x80) return octets;
    if (octet >= 0xc0) {
      const needs = octet >= 0xf0 ? 4 : octet >= 0xe0 ? 3 : 2;
      return needs > back ? octets.subarray(0, octets.length - back) : octets;
    }
  }
  return octets;
}

/** The encoding that undeclared octets are most likely in. UTF-7 is never guessed: it hides markup from scanners. */
export function detectCharset(
  octets: Buffer,
): 'us-ascii' | 'utf-8' | 'utf-16le' | 'utf-16be' | 'iso-2022-jp' | 'shift_jis' | 'euc-jp' | 'windows-1252' {
  if (octets[0] === 0xff && octets[1] === 0xfe) return 'utf-16le';
  if (octets[0] === 0xfe && octets[1] === 0xff) return 'utf-16be';
  let from = 0;
  while (from < octets.length && isAscii(octets.subarray(from, from + SAMPLE_OCTETS))) from += SAMPLE_OCTETS;
  if (from >= octets.length) return hasJapaneseEscape(octets) ? 'iso-2022-jp' : 'us-ascii';
  const sample = octets.subarray(from, from + SAMPLE_OCTETS);
  const whole = wholeUtf8(sample);
  if (!isAscii(whole) && isUtf8(whole)) return 'utf-8';
  const shiftJis = fit(sample, readShiftJis);
  const eucJp = fit(sample, readEucJp);
  const best = weight(eucJp) >= weight(shiftJis) ? eucJp : shiftJis;
  if (!isBelieved(best)) return hasJapaneseEscape(sample) ? 'iso-2022-jp' : 'windows-1252';
  return best === eucJp ? 'euc-jp' : 'shift_jis';
}
