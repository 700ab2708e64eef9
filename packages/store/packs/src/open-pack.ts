/** A pack that takes bodies, or took some that are not synced yet. */
export interface OpenPack {
  readonly pack: string;
  readonly fd: number;
  readonly month: string;
  /** Where the next body begins. */
  octets: number;
  /** Closed packs take nothing more; their file is closed with the next sync. */
  isClosed: boolean;
}
