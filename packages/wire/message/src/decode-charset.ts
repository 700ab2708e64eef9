import { isAscii, isUtf8 } from 'node:buffer';
import { charsetOf } from './charset-labels.ts';
import { detectCharset, wholeUtf8 } from './detect-charset.ts';
import { decodeIso2022Jp, hasJapaneseEscape } from './iso-2022-jp.ts';
import { decodeUtf7 } from './utf-7.ts';

/** Text, the encoding it was really in, and what was wrong with the label or the octets. */
export interface DecodedText {
  readonly text: string;
  readonly charset: string;
  /** `charset-unknown`, `charset-mismatch` or `charset-undecodable`. */
  readonly defects: readonly string[];
}

const decoders = new Map<string, TextDecoder>();

function decodeWith(charset: string, octets: Buffer): string {
  if (charset === 'us-ascii') return octets.toString('latin1');
  if (charset === 'iso-2022-jp') return decodeIso2022Jp(octets);
  if (charset === 'utf-7') return decodeUtf7(octets);
  let decoder = decoders.get(charset);
  if (decoder === undefined) decoders.set(charset, (decoder = new TextDecoder(charset)));
  return decoder.decode(octets);
}

/** UTF-16 without a byte order mark is big-endian (RFC 2781 §4.3) unless its line ends say otherwise. */
function utf16Order(octets: Buffer): string {
  if (octets[0] === 0xff && octets[1] === 0xfe) return 'utf-16le';
  if (octets[0] === 0xfe && octets[1] === 0xff) return 'utf-16be';
  let little = 0;
  for (let i = 0; i + 1 < Math.min(octets.length, 4096); i += 2) {
    if (octets[i + 1] === 0) little++;
    if (octets[i] === 0) little--;
  }
  return little > 0 ? 'utf-16le' : 'utf-16be';
}

/** The encoding to read octets in, when their label says `declared`. */
function chooseCharset(declared: string, octets: Buffer): string {
  switch (declared) {
    case 'utf-16':
    case 'utf-16le':
    case 'utf-16be':
      return declared === 'utf-16be' && octets[0] !== 0xff ? 'utf-16be' : utf16Order(octets);
    case 'utf-8':
      return isUtf8(wholeUtf8(octets)) ? 'utf-8' : reconsider('utf-8', octets);
    case 'unknown':
    case 'us-ascii':
      return detectCharset(octets);
    case 'iso-2022-jp':
      return isAscii(octets) || hasJapaneseEscape(octets) ? 'iso-2022-jp' : detectCharset(octets);
    case 'shift_jis':
    case 'euc-jp':
      if (isAscii(octets)) return detectCharset(octets);
      return reconsider(declared, octets);
    default:
      return declared;
  }
}

/** Keeps the declared encoding unless another one fits without a fault. */
function reconsider(declared: string, octets: Buffer): string {
  const found = detectCharset(octets);
  if (found === declared || found === 'windows-1252') return declared;
  if (declared !== 'utf-8' && !decodeWith(declared, octets).includes('\ufffd')) return declared;
  return decodeWith(found, octets).includes('\ufffd') ? declared : found;
}

/** Decodes octets by their label; where the label is missing, unknown or plainly wrong, by what they look like. */
export function decodeCharset(octets: Buffer, label?: string): DecodedText {
  const declared = charsetOf(label);
  const charset = chooseCharset(declared, octets);
  const text = decodeWith(charset, octets);
  const defects: string[] = [];
  if (label !== undefined && declared === 'unknown') defects.push('charset-unknown');
  else if (charset !== declared && charset !== 'us-ascii' && declared !== 'unknown' && !declared.startsWith('utf-16')) {
    defects.push('charset-mismatch');
  }
  if (text.includes('\ufffd')) defects.push('charset-undecodable');
  return { text, charset, defects };
}
