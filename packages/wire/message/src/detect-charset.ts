import { isAscii, isUtf8 } from 'node:buffer';
import { hasJapaneseEscape } from './iso-2022-jp.ts';

const SAMPLE_OCTETS = 65_536;

/** How well octets fit a double-byte encoding: broken sequences, kana and other characters, half-width kana. */
interface Fit {
  broken: number;
  kana: number;
  wide: number;
  narrow: number;
}

function fitShiftJis(octets: Buffer): Fit {
  const fit: Fit = { broken: 0, kana: 0, wide: 0, narrow: 0 };
  for (let i = 0; i < octets.length; i++) {
    const lead = octets[i]!;
    if (lead < 0x80) continue;
    if (lead >= 0xa1 && lead <= 0xdf) {
      fit.narrow++;
    } else if ((lead >= 0x81 && lead <= 0x9f) || (lead >= 0xe0 && lead <= 0xfc)) {
      const trail = octets[i + 1];
      if (trail === undefined) break;
      if (trail < 0x40 || trail === 0x7f || trail > 0xfc) fit.broken++;
      else if (lead === 0x82 || lead === 0x83) fit.kana++;
      else fit.wide++;
      i++;
    } else {
      fit.broken++;
    }
  }
  return fit;
}

function fitEucJp(octets: Buffer): Fit {
  const fit: Fit = { broken: 0, kana: 0, wide: 0, narrow: 0 };
  for (let i = 0; i < octets.length; i++) {
    const lead = octets[i]!;
    if (lead < 0x80) continue;
    const trail = octets[i + 1];
    if (trail === undefined) break;
    if (lead === 0x8e) {
      if (trail >= 0xa1 && trail <= 0xdf) fit.narrow++;
      else fit.broken++;
      i++;
    } else if (lead === 0x8f) {
      if (trail >= 0xa1 && (octets[i + 2] ?? 0xff) >= 0xa1) fit.wide++;
      else fit.broken++;
      i += 2;
    } else if (lead >= 0xa1 && lead !== 0xff && trail >= 0xa1 && trail !== 0xff) {
      if (lead === 0xa4 || lead === 0xa5) fit.kana++;
      else fit.wide++;
      i++;
    } else {
      fit.broken++;
    }
  }
  return fit;
}

const weight = (fit: Fit) => fit.kana * 4 + fit.wide * 2 - fit.narrow - fit.broken * 20;

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
  if (isUtf8(wholeUtf8(sample))) return 'utf-8';
  const shiftJis = fitShiftJis(sample);
  const eucJp = fitEucJp(sample);
  const best = weight(eucJp) >= weight(shiftJis) ? eucJp : shiftJis;
  const characters = best.kana + best.wide + best.narrow;
  if (best.broken * 10 > characters || characters === 0)
    return hasJapaneseEscape(sample) ? 'iso-2022-jp' : 'windows-1252';
  return best === eucJp ? 'euc-jp' : 'shift_jis';
}
