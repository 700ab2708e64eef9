/** What the spool may take; all sizes in octets. */
export interface SpoolLimits {
  /** Size of a segment, the same for its whole life. */
  readonly segmentOctets: number;
  /** Bodies above this go to files of their own. */
  readonly inlineBodyOctets: number;
  /** Segments kept ready beside the open ones; what is dropped beyond them is unlinked. */
  readonly spareSegments: number;
  /** Free space of the disk that stays untouched: room for databases, packs and logs. */
  readonly reserveOctets: number;
  /** Zeros written at a time when a segment is prepared. */
  readonly fillChunkOctets: number;
}

export const DEFAULT_SPOOL_LIMITS: SpoolLimits = {
  segmentOctets: 64 * 1024 * 1024,
  inlineBodyOctets: 1024 * 1024,
  spareSegments: 2,
  reserveOctets: 256 * 1024 * 1024,
  fillChunkOctets: 1024 * 1024,
};
