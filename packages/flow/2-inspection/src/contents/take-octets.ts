import { decodeBody, type Part } from '@sekisho/message';
import { cropPart } from './crop-part.ts';
import { KIND_HEAD_OCTETS, kindOf } from './kind-of.ts';
import { CONTAINER_KINDS, type ContentKind } from './kinds.ts';
import { endsAsZip } from './zip-at-end.ts';

/** Kinds that are read by their text only. */
export const TEXT_KINDS: ReadonlySet<ContentKind> = new Set(['text', 'html', 'xml', 'script', 'mail']);

const SMALL_OCTETS = 128 * 1024;

export interface TakenOctets {
  /** Decoded: the whole attachment when there is something to open in it, else its beginning. */
  readonly octets: Buffer;
  /** Decoded size; of a large attachment that was not decoded whole, what its lines promise. */
  readonly sizeOctets: number;
  /** More than may be looked into: some of what would be opened is missing. */
  readonly isTruncated: boolean;
}

/** Decodes as much of an attachment as its kind makes worth looking at: of a film, the first octets are enough. */
export function takeOctets(raw: Buffer, part: Part, maxOctets: number): TakenOctets {
  const [start, end] = part.body;
  if (end - start > SMALL_OCTETS) {
    const { octets } = decodeBody(raw, cropPart(part, SMALL_OCTETS), KIND_HEAD_OCTETS);
    if (!isOpened(kindOf(octets, part.name ?? '')) && !endsAsZip(decodeTail(raw, part)))
      return { octets, sizeOctets: promisedSize(raw, part), isTruncated: false };
  }
  const { octets, truncated } = decodeBody(raw, part, maxOctets);
  return { octets, sizeOctets: truncated ? promisedSize(raw, part) : octets.length, isTruncated: truncated };
}

const isOpened = (kind: ContentKind) => kind === 'ole' || kind === 'pdf' || CONTAINER_KINDS.has(kind);

/** The last octets, decoded from the beginning of a line on, as Base64 and quoted-printable can be. */
function decodeTail(raw: Buffer, part: Part): Buffer {
  const [start, end] = part.body;
  const lf = raw.indexOf(0x0a, Math.max(start, end - SMALL_OCTETS));
  const from = lf < 0 || lf >= end ? start : lf + 1;
  return decodeBody(raw, { ...part, body: [from, end] }, SMALL_OCTETS).octets;
}

/** The decoded size of a Base64 body whose lines are all as long as the first (RFC 2045 §6.8), or the size as it lies. */
function promisedSize(raw: Buffer, part: Part): number {
  const [start, end] = part.body;
  if (part.encoding !== 'base64') return end - start;
  const lf = raw.indexOf(0x0a, start);
  if (lf < 0 || lf >= end) return Math.floor(((end - start) * 3) / 4);
  const line = lf + 1 - start;
  const digits = raw[lf - 1] === 0x0d ? line - 2 : line - 1;
  return Math.floor(((end - start) * digits * 3) / (line * 4));
}
