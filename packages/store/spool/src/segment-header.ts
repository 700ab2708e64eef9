import { sealSegmentKey, SEALED_SEGMENT_KEY_OCTETS, type Vault } from '@sekisho/vault';
import type { Random } from '@sekisho/ports';

/** Octets of a segment's header, at its start; a copy takes as many at its end. */
export const SEGMENT_HEADER_OCTETS = 4096;

const LIVE = Buffer.from('SKSPOOL1');
const DROPPED = Buffer.from('SKDROP01');
const VERSION = 1;
const KEY_AT = 40;

/** What a header says about its segment. */
export interface SegmentFacts {
  readonly front: number;
  readonly number: number;
  readonly sizeOctets: number;
  /** Milliseconds since 1970, UTC; for people, the number is what counts. */
  readonly createdAt: number;
}

/** The header of a new segment: its facts, and its key sealed for the root key's holder and bound to them. */
export function formatSegmentHeader(facts: SegmentFacts, key: Buffer, publicKey: Buffer, random: Random): Buffer {
  const header = Buffer.alloc(SEGMENT_HEADER_OCTETS);
  LIVE.copy(header, 0);
  header.writeUInt16BE(VERSION, 8);
  header.writeUInt8(facts.front, 10);
  header.writeUIntBE(facts.number, 18, 6);
  header.writeUIntBE(facts.sizeOctets, 26, 6);
  header.writeUIntBE(facts.createdAt, 34, 6);
  sealSegmentKey(publicKey, key, header.subarray(0, KEY_AT), random).copy(header, KEY_AT);
  return header;
}

/** The header of a segment whose key is destroyed. */
export function formatDroppedHeader(): Buffer {
  const header = Buffer.alloc(SEGMENT_HEADER_OCTETS);
  DROPPED.copy(header, 0);
  return header;
}

export const isDroppedHeader = (header: Buffer) => header.subarray(0, DROPPED.length).equals(DROPPED);

/** Facts and key of a segment; `null` when these octets are no header, SealBrokenError when its key does not open. */
export function openSegmentHeader(
  header: Buffer,
  vault: Pick<Vault, 'openSegmentKey'>,
): { readonly facts: SegmentFacts; readonly key: Buffer } | null {
  if (header.length < SEGMENT_HEADER_OCTETS || !header.subarray(0, LIVE.length).equals(LIVE)) return null;
  if (header.readUInt16BE(8) !== VERSION) return null;
  const sealed = header.subarray(KEY_AT, KEY_AT + SEALED_SEGMENT_KEY_OCTETS);
  const key = vault.openSegmentKey(sealed, header.subarray(0, KEY_AT));
  const facts = {
    front: header.readUInt8(10),
    number: header.readUIntBE(18, 6),
    sizeOctets: header.readUIntBE(26, 6),
    createdAt: header.readUIntBE(34, 6),
  };
  return { facts, key };
}
