import type { Clock } from '@sekisho/ports';
import { preparationFailed, type SpoolEvents } from './events.ts';
import type { FileOps } from './file-ops.ts';

/** For how long one answer of the disk is believed. */
const BELIEVED_MS = 500;

/** A guess of the disk's free space that costs nothing to ask: the disk's last answer less what was promised since. */
export class Room {
  readonly #folder: string;
  readonly #reserveOctets: number;
  readonly #ops: FileOps;
  readonly #clock: Clock;
  readonly #events: SpoolEvents;
  #freeOctets = 0;
  #promisedOctets = 0;
  #askedAt = Number.NEGATIVE_INFINITY;
  #asking: Promise<void> | null = null;

  constructor(folder: string, reserveOctets: number, ops: FileOps, clock: Clock, events: SpoolEvents) {
    this.#folder = folder;
    this.#reserveOctets = reserveOctets;
    this.#ops = ops;
    this.#clock = clock;
    this.#events = events;
  }

  /** Whether a message of so many octets will probably find room. Asks the disk again in the background. */
  has(octets: number): boolean {
    if (this.#clock.monotonic() - this.#askedAt > BELIEVED_MS) void this.refresh();
    return this.#freeOctets - this.#promisedOctets - octets >= this.#reserveOctets;
  }

  /** Counts octets that are about to be written and that the disk does not know of yet. */
  promise(octets: number): void {
    this.#promisedOctets += octets;
  }

  /** Asks the disk. When it gives no answer the last one holds. */
  refresh(): Promise<void> {
    this.#askedAt = this.#clock.monotonic();
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = null;
    });
    return this.#asking;
  }

  async #ask(): Promise<void> {
    try {
      const free = await this.#ops.freeOctets(this.#folder);
      this.#freeOctets = free;
      this.#promisedOctets = 0;
    } catch (error) {
      preparationFailed(this.#events, 'free space', error);
    }
  }
}
