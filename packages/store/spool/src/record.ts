import { createHmac } from 'node:crypto';
import { type Envelope, SPOOL_ALIGNMENT_OCTETS, type SpoolId } from '@sekisho/terms';
import { NONCE_OCTETS, openBody, SEAL_OCTETS, sealParts } from '@sekisho/vault';

/** Octets of a record's header; sealed envelope, sealed body and zeros up to the alignment follow it. */
export const RECORD_HEADER_OCTETS = 48;

/** Zeros behind the last record of a batch: here the reading stops, the next batch begins by overwriting them. */
export const END_MARK = Buffer.alloc(SPOOL_ALIGNMENT_OCTETS);

const MAGIC = Buffer.from('SKR1');
const MARK_OCTETS = 12;
const KIND = { inline: 1, large: 2, void: 3 } as const;
const NONCE_AT = 32;
const VOID_OCTETS = 16;
const FIXED_OCTETS = 40;
const LARGE_KEY_OCTETS = 32;
const LARGE_ID_OCTETS = 16;

/** With what every record of a segment begins: magic, and 8 octets derived from the segment's key. */
export function recordMark(segmentKey: Buffer): Buffer {
  const epoch = createHmac('sha256', segmentKey).update('epoch').digest();
  return Buffer.concat([MAGIC, epoch.subarray(0, MARK_OCTETS - MAGIC.length)]);
}

export const alignUp = (octets: number) => Math.ceil(octets / SPOOL_ALIGNMENT_OCTETS) * SPOOL_ALIGNMENT_OCTETS;

/** Own key and file of a large body. */
export interface LargeBody {
  readonly key: Buffer;
  readonly id: Buffer;
}

/** What a record keeps sealed beside the body. */
export interface RecordContent {
  readonly sha256: Buffer;
  readonly sizeOctets: number;
  readonly envelope: Envelope;
  readonly large: LargeBody | null;
}

/** The plain fields of a record's header. */
export interface RecordHeader {
  readonly kind: keyof typeof KIND;
  readonly envelopeOctets: number;
  readonly bodyOctets: number;
  readonly sequence: number;
}

/** What is sealed of a record beside its body: digest, size, key and file of a large body, envelope as JSON. */
export function formatContent(content: RecordContent): Buffer {
  const json = JSON.stringify(content.envelope);
  const from = FIXED_OCTETS + (content.large ? LARGE_KEY_OCTETS + LARGE_ID_OCTETS : 0);
  const jsonOctets = Buffer.byteLength(json);
  const plain = Buffer.allocUnsafe(from + jsonOctets);
  plain.set(content.sha256, 0);
  plain.writeUInt16BE(0, 32);
  plain.writeUIntBE(content.sizeOctets, 34, 6);
  if (content.large) {
    plain.set(content.large.key, FIXED_OCTETS);
    plain.set(content.large.id, FIXED_OCTETS + LARGE_KEY_OCTETS);
  }
  plain.write(json, from, jsonOctets, 'utf8');
  return plain;
}

/** Header and sealed envelope of a record; its header and its name are what the envelope is bound to. */
export function sealContent(
  mark: Buffer,
  header: RecordHeader,
  spoolId: SpoolId,
  key: Buffer,
  plain: Buffer,
  nonce: Buffer,
): Buffer[] {
  const aad = Buffer.allocUnsafe(RECORD_HEADER_OCTETS + spoolId.length);
  aad.set(mark, 0);
  aad.writeUInt32BE(KIND[header.kind] << 24, 12);
  aad.writeUInt32BE(header.envelopeOctets, 16);
  aad.writeUInt32BE(header.bodyOctets, 20);
  aad.writeUInt32BE(header.sequence, 24);
  aad.writeUInt32BE(0, 28);
  aad.set(nonce, NONCE_AT);
  aad.writeUInt32BE(0, NONCE_AT + NONCE_OCTETS);
  aad.write(spoolId, RECORD_HEADER_OCTETS, 'latin1');
  const sealed = sealParts(key, aad, [plain], nonce);
  sealed[0] = aad.subarray(0, RECORD_HEADER_OCTETS);
  return sealed;
}

/** Octets that content of `plainOctets` takes in the record: it is sealed with a tag, its nonce is in the header. */
export const sealedContentOctets = (plainOctets: number) => plainOctets + SEAL_OCTETS - NONCE_OCTETS;

/** The header's fields, or `null` when these octets do not begin a record of this segment. */
export function parseRecordHeader(mark: Buffer, octets: Buffer): RecordHeader | null {
  if (octets.length < RECORD_HEADER_OCTETS || !octets.subarray(0, MARK_OCTETS).equals(mark)) return null;
  const kind = (Object.keys(KIND) as (keyof typeof KIND)[]).find((one) => KIND[one] === octets[12]);
  if (!kind) return null;
  return {
    kind,
    envelopeOctets: octets.readUInt32BE(16),
    bodyOctets: octets.readUInt32BE(20),
    sequence: octets.readUInt32BE(24),
  };
}

/** Opens the sealed envelope of a record that begins at `record[0]`; throws SealBrokenError. */
export function openContent(header: RecordHeader, spoolId: SpoolId, key: Buffer, record: Buffer): RecordContent {
  const head = record.subarray(0, RECORD_HEADER_OCTETS);
  const sealed = record.subarray(RECORD_HEADER_OCTETS, RECORD_HEADER_OCTETS + header.envelopeOctets);
  const nonce = head.subarray(NONCE_AT, NONCE_AT + NONCE_OCTETS);
  const aad = Buffer.concat([head, Buffer.from(spoolId, 'latin1')]);
  const plain = openBody(key, aad, Buffer.concat([nonce, sealed]), 'a record of the spool');
  const isLarge = header.kind === 'large';
  const idAt = FIXED_OCTETS + LARGE_KEY_OCTETS;
  return {
    sha256: ownCopy(plain.subarray(0, 32)),
    sizeOctets: plain.readUIntBE(34, 6),
    large: isLarge
      ? {
          key: ownCopy(plain.subarray(FIXED_OCTETS, idAt)),
          id: ownCopy(plain.subarray(idAt, idAt + LARGE_ID_OCTETS)),
        }
      : null,
    envelope: JSON.parse(plain.toString('utf8', isLarge ? idAt + LARGE_ID_OCTETS : FIXED_OCTETS)) as Envelope,
  };
}

/** A copy that shares no memory with other values: it may be cloned to another thread or process alone. */
function ownCopy(octets: Buffer): Buffer {
  const copy = Buffer.alloc(octets.length);
  copy.set(octets);
  return copy;
}

/** What overwrites a record's header so that the record never replays; only the record's key can make it. */
export function formatVoidHeader(mark: Buffer, header: RecordHeader, key: Buffer): Buffer {
  const octets = Buffer.alloc(RECORD_HEADER_OCTETS);
  octets.set(mark, 0);
  octets[12] = KIND.void;
  octets.writeUInt32BE(header.envelopeOctets, 16);
  octets.writeUInt32BE(header.bodyOctets, 20);
  octets.writeUInt32BE(header.sequence, 24);
  octets.set(voidTag(octets, key), NONCE_AT);
  return octets;
}

/** Whether this header was made void by the writer, and not by chance. */
export function isVoidHeader(octets: Buffer, key: Buffer): boolean {
  return octets.subarray(NONCE_AT, NONCE_AT + VOID_OCTETS).equals(voidTag(octets, key));
}

function voidTag(octets: Buffer, key: Buffer): Buffer {
  const tag = createHmac('sha256', key).update('void').update(octets.subarray(0, NONCE_AT)).digest();
  return tag.subarray(0, VOID_OCTETS);
}
