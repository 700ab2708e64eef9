import { decodeBase64, findBase64Faults } from './base64.ts';
import { decodeQuotedPrintable } from './quoted-printable.ts';
import type { Part } from './tree.ts';
import { decodeUuencoded } from './uuencode.ts';

/** A body with its transfer encoding undone. */
export interface DecodedBody {
  /** A view of the raw message where nothing had to be undone: do not write to it. */
  readonly octets: Buffer;
  /** More octets than asked for: the rest was not decoded. */
  readonly truncated: boolean;
  /** `base64-junk`, `base64-padding-inside`, `quoted-printable-broken`, `transfer-encoding-unknown`. */
  readonly defects: readonly string[];
}

const WHOLE_OCTETS = 4_194_304;
const CHUNK_OCTETS = 1_048_576;

/** Decodes a large base64 body in pieces, so that it is never there as one string. */
function decodeLargeBase64(raw: Buffer, start: number, end: number, maxOctets: number): Buffer {
  const decoded = Buffer.allocUnsafe(Math.min(maxOctets, Math.ceil(((end - start) * 3) / 4)) + 3);
  let length = 0;
  let carried = '';
  for (let at = start; at < end && length < maxOctets; at += CHUNK_OCTETS) {
    const piece = carried + raw.toString('latin1', at, Math.min(end, at + CHUNK_OCTETS));
    const digits = piece.replace(/[^A-Za-z0-9+/=]+/g, '');
    const group = digits.lastIndexOf('=') + 1;
    const whole = at + CHUNK_OCTETS >= end ? digits.length : group + ((digits.length - group) & ~3);
    carried = digits.slice(whole);
    const octets = Buffer.from(digits.slice(0, whole), 'latin1');
    length += decodeBase64(octets, 0, octets.length).copy(decoded, length);
  }
  return decoded.subarray(0, length);
}

/** Undoes the transfer encoding of a part, up to `maxOctets`. A body never grows by it. Never throws. */
export function decodeBody(raw: Buffer, part: Part, maxOctets: number): DecodedBody {
  const [start, end] = part.body;
  const defects: string[] = [];
  let octets: Buffer;
  switch (part.encoding) {
    case 'base64': {
      const { junkAt, paddingInsideAt } = findBase64Faults(raw, start, end);
      if (junkAt !== -1) defects.push('base64-junk');
      if (paddingInsideAt !== -1) defects.push('base64-padding-inside');
      octets =
        end - start <= WHOLE_OCTETS ? decodeBase64(raw, start, end) : decodeLargeBase64(raw, start, end, maxOctets);
      break;
    }
    case 'quoted-printable': {
      const decoded = decodeQuotedPrintable(raw, start, end);
      if (decoded.broken) defects.push('quoted-printable-broken');
      octets = decoded.octets;
      break;
    }
    case 'uuencode':
      octets = decodeUuencoded(raw, start, end);
      break;
    default:
      if (part.encoding === 'unknown') defects.push('transfer-encoding-unknown');
      octets = raw.subarray(start, end);
  }
  const truncated = octets.length > maxOctets;
  return { octets: truncated ? octets.subarray(0, maxOctets) : octets, truncated, defects };
}
