import type { Letter } from '../mails/letter.ts';

/** A letter with its octets as a mail. */
export interface Mail {
  readonly letter: Letter;
  readonly raw: Buffer;
}

/** What is looked for. */
export interface Question {
  /** A word or a phrase; found in any field. */
  readonly text: string;
  /** Only mails from this address. */
  readonly from?: string;
  /** Only mails received on these days (UTC+9), both included: `2024-03-01`. */
  readonly days?: readonly [first: string, last: string];
}

/** Something that keeps mails and finds them again, the newest first. */
export interface Engine {
  readonly name: string;
  /** Takes mails in; seconds that it took, without what only the bench needs. */
  ingest(mails: readonly Mail[]): Promise<number>;
  /** Called once after the last ingest: what such an engine does when it is idle. */
  idle(): Promise<void>;
  /** The newest fifty hits, as many as there are. */
  find(question: Question): Promise<number>;
  /** Everything that it keeps on the disk, in octets. */
  sizeOctets(): Promise<number> | number;
  stop(): Promise<void> | void;
}

export const PAGE = 50;
