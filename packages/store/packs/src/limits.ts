/** What packs may take. */
export interface PackLimits {
  /** A pack is closed when the next body would make it larger. */
  readonly packOctets: number;
  /** Files kept open for reading, for each tenant. */
  readonly openForReading: number;
}

export const DEFAULT_PACK_LIMITS: PackLimits = { packOctets: 64 * 1024 * 1024, openForReading: 4 };
