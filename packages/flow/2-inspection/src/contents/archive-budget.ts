import type { Clock } from '@sekisho/ports';
import { UnopenedFileError, type UnopenedReason } from '../errors.ts';

export interface ArchiveLimits {
  readonly archiveOctets: number;
  readonly archiveMemberOctets: number;
  readonly archiveFiles: number;
  readonly archiveDepth: number;
  readonly archiveRatio: number;
  readonly archiveMs: number;
}

/** Small files may have any ratio: a blank image of a few hundred octets is no bomb. */
const RATIO_COUNTS_FROM_OCTETS = 1024 * 1024;

/** One budget for all archives of one message. Every method throws {@link UnopenedFileError} when it is spent. */
export class ArchiveBudget {
  readonly #limits: ArchiveLimits;
  readonly #clock: Clock;
  readonly #end: number;
  #hasMetBomb = false;
  #octets = 0;
  #files = 0;

  constructor(limits: ArchiveLimits, clock: Clock) {
    this.#limits = limits;
    this.#clock = clock;
    this.#end = clock.monotonic() + limits.archiveMs;
  }

  /** Takes note that so many octets of one file are held in memory. */
  hold(octets: number): void {
    if (octets > this.#limits.archiveMemberOctets) throw overBudget('octets');
  }

  /** Asks whether an archive that lies this deep may be opened; an attachment lies at 0. After one bomb, none is. */
  enter(depth: number): void {
    if (depth >= this.#limits.archiveDepth) throw overBudget('depth');
    if (this.#hasMetBomb) throw overBudget('ratio');
    this.#checkTime();
  }

  /** Asks whether so many more files may be looked at, without looking. */
  expect(files: number): void {
    if (this.#files + files > this.#limits.archiveFiles) throw overBudget('files');
  }

  /** Takes one file. */
  takeFile(): void {
    this.expect(1);
    this.#files += 1;
    this.#checkTime();
  }

  /** Takes octets that came out of a file: `chunk` now, `out` altogether, from `packed` octets. */
  takeOctets(chunk: number, out: number, packed: number): void {
    this.#octets += chunk;
    if (this.#octets > this.#limits.archiveOctets) throw overBudget('octets');
    if (out > RATIO_COUNTS_FROM_OCTETS && out > packed * this.#limits.archiveRatio) {
      this.#hasMetBomb = true;
      throw overBudget('ratio');
    }
    this.#checkTime();
  }

  #checkTime(): void {
    if (this.#clock.monotonic() > this.#end) throw overBudget('seconds');
  }
}

const overBudget = (limit: UnopenedReason) =>
  new UnopenedFileError(limit, `Cannot open the archive any further: limit of ${limit} met`);
