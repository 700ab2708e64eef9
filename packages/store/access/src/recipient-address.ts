import { domainToASCII } from 'node:url';
import type { Address } from '@sekisho/terms';

const FORBIDDEN = /[\s\p{Cc}\p{Cf}"<>()[\]\\,;:@]/u;
const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
const LOCAL_PART_OCTETS = 64;

/**
 * An address as people write it in a list, `local-part@domain`; the domain comes out in lower case and A-labels.
 * Dots may stand where RFC 5321 wants them quoted (`taro..x.@…`): Japanese carriers gave out such addresses.
 * `null` when it is none.
 */
export function parseRecipientAddress(text: string): Address | null {
  const at = text.lastIndexOf('@');
  const [localPart, domain] = [text.slice(0, at).normalize('NFC'), domainToASCII(text.slice(at + 1))];
  if (at <= 0 || FORBIDDEN.test(localPart) || Buffer.byteLength(localPart) > LOCAL_PART_OCTETS) return null;
  const labels = domain.split('.');
  if (domain.length > 253 || !labels.every((label) => LABEL.test(label)) || /^\d+$/.test(labels.at(-1)!)) return null;
  return { localPart, domain };
}
