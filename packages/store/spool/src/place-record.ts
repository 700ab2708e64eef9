import { createHash, hash } from 'node:crypto';
import type { Envelope } from '@sekisho/terms';
import { bodyAad, recordKey, SEAL_OCTETS, sealParts } from '@sekisho/vault';
import type { Nonces } from './nonces.ts';
import type { OpenSegment, Waiting } from './open-segment.ts';
import {
  alignUp,
  formatContent,
  type LargeBody,
  RECORD_HEADER_OCTETS,
  type RecordHeader,
  sealContent,
  sealedContentOctets,
} from './record.ts';
import type { SpoolReference } from './reference.ts';

/** A large body that lies in its file, whole and synced. */
export interface StoredLargeBody extends LargeBody {
  readonly file: string;
}

/** A message on its way into a segment: everything but its place. */
export interface Draft {
  readonly envelope: Envelope;
  readonly sizeOctets: number;
  readonly sha256: Buffer;
  /** The body, empty when it is a large one. */
  readonly body: readonly Buffer[];
  readonly large: StoredLargeBody | null;
  readonly content: Buffer;
  /** Octets in the segment, with padding. */
  readonly octets: number;
}

/** What the body is, and how much room its record needs. */
export function draftRecord(envelope: Envelope, body: readonly Buffer[]): Draft {
  const sha256 = digestOf(body);
  const sizeOctets = body.reduce((sum, one) => sum + one.length, 0);
  return draft(envelope, sizeOctets, sha256, body, null);
}

/** The same for a body that is in a file of its own. */
export function draftLargeRecord(
  envelope: Envelope,
  sizeOctets: number,
  sha256: Buffer,
  large: StoredLargeBody,
): Draft {
  return draft(envelope, sizeOctets, sha256, [], large);
}

function draft(
  envelope: Envelope,
  sizeOctets: number,
  sha256: Buffer,
  body: readonly Buffer[],
  large: StoredLargeBody | null,
): Draft {
  const content = formatContent({ envelope, sizeOctets, sha256, large });
  const bodyOctets = large ? 0 : sizeOctets + SEAL_OCTETS;
  const octets = alignUp(RECORD_HEADER_OCTETS + sealedContentOctets(content.length) + bodyOctets);
  return { envelope, sizeOctets, sha256, body, large, content, octets };
}

/** Seals a draft for the segment's current position and adds it to the segment's next batch. */
export function placeRecord(
  segment: OpenSegment,
  { envelope, sizeOctets, sha256, body, large, content, octets }: Draft,
  nonces: Nonces,
  waiting: (reference: SpoolReference, header: RecordHeader, key: Buffer) => Waiting,
): void {
  const offset = segment.position;
  const spoolId = segment.nextSpoolId();
  const key = recordKey(segment.key, spoolId);
  const header: RecordHeader = {
    kind: large ? 'large' : 'inline',
    envelopeOctets: sealedContentOctets(content.length),
    bodyOctets: large ? 0 : sizeOctets + SEAL_OCTETS,
    sequence: segment.sequence,
  };
  const buffers = sealContent(segment.mark, header, spoolId, key, content, nonces.next());
  if (!large) buffers.push(...sealParts(key, bodyAad(envelope.tenant, spoolId, sha256), body, nonces.next()));
  const bodyOffset = offset + RECORD_HEADER_OCTETS + header.envelopeOctets;
  const lengthOctets = RECORD_HEADER_OCTETS + header.envelopeOctets + header.bodyOctets;
  if (lengthOctets < octets) buffers.push(PADDING.subarray(0, octets - lengthOctets));
  const reference: SpoolReference = {
    spoolId,
    tenant: envelope.tenant,
    segmentFile: segment.file,
    offset,
    lengthOctets,
    envelopeOctets: header.envelopeOctets,
    bodyOffset,
    bodyOctets: header.bodyOctets,
    bodyKind: header.kind === 'large' ? 'large' : 'inline',
    ...(large ? { bodyFile: large.file } : {}),
    sizeOctets,
    sha256,
    recordKey: large ? large.key : key,
    envelope,
  };
  segment.add(buffers, octets, waiting(reference, header, key));
}

const PADDING = Buffer.alloc(64);

function digestOf(parts: readonly Buffer[]): Buffer {
  if (parts.length === 1) return hash('sha256', parts[0]!, 'buffer');
  const digest = createHash('sha256');
  for (const one of parts) digest.update(one);
  return digest.digest();
}
