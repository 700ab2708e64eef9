import { isAscii, isUtf8 } from 'node:buffer';
import { decodeCharset } from './decode-charset.ts';
import { hasJapaneseEscape, returnsToAscii } from './iso-2022-jp.ts';

/**
 * The octets of a header value as characters, before any structure is read: an octet of a Japanese character that
 * looks like a quote, a backslash or a comma is no longer mistaken for one. UTF-8 as it is (RFC 6532), raw
 * ISO-2022-JP if it ends in ASCII, raw Shift_JIS and EUC-JP by `hint` or by their looks.
 */
export function headerText(octets: Buffer, hint?: string): string {
  if (octets.includes(0x1b)) {
    return hasJapaneseEscape(octets) && returnsToAscii(octets)
      ? decodeCharset(octets, 'iso-2022-jp').text
      : octets.toString(isUtf8(octets) ? 'utf8' : 'latin1');
  }
  if (isAscii(octets)) return octets.toString('latin1');
  if (isUtf8(octets)) return octets.toString('utf8');
  return decodeCharset(octets, hint ?? 'unknown').text;
}
