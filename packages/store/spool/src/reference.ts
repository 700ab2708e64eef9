import type { Envelope, SpoolId, TenantId } from '@sekisho/terms';

/** Where a record lies and what opens its body: enough to hand out work without reading the segment. */
export interface SpoolReference {
  readonly spoolId: SpoolId;
  readonly tenant: TenantId;
  /** Path of the segment. */
  readonly segmentFile: string;
  /** Where the record begins in the segment. */
  readonly offset: number;
  /** Header, sealed envelope and sealed body, without padding. */
  readonly lengthOctets: number;
  /** The sealed envelope, behind the record's header. */
  readonly envelopeOctets: number;
  /** Where the sealed body begins in the segment, and its octets (0 for a large body). */
  readonly bodyOffset: number;
  readonly bodyOctets: number;
  readonly bodyKind: 'inline' | 'large';
  /** Path of a large body's file. */
  readonly bodyFile?: string;
  /** The raw message, unsealed. */
  readonly sizeOctets: number;
  /** SHA-256 of the raw message. */
  readonly sha256: Buffer;
  /** Opens this message's body and no other. */
  readonly recordKey: Buffer;
  readonly envelope: Envelope;
}

/** The part of a reference that is needed to open a sealed body wherever it lies. */
export type BodySeal = Pick<SpoolReference, 'spoolId' | 'tenant' | 'bodyKind' | 'sizeOctets' | 'sha256' | 'recordKey'>;
