import type { Clock, Log } from '@sekisho/ports';
import { dropSegment, type SegmentLedger } from '@sekisho/spool';
import type { TenantId } from '@sekisho/terms';

export interface CheckpointLimits {
  /** Longest time that committed rows wait for their sync, in milliseconds. */
  readonly longestMs: number;
  /** Shortest time between two checkpoints, in milliseconds. */
  readonly shortestMs: number;
}

export const CHECKPOINT_LIMITS: CheckpointLimits = { longestMs: 1000, shortestMs: 25 };

/** What a writer made durable: for each tenant, the last batch that a power cut cannot take. */
export type Durable = readonly { readonly tenant: TenantId; readonly batch: number }[];

export interface CheckpointPorts {
  readonly clock: Clock;
  readonly log: Log;
  readonly ledger: SegmentLedger;
  readonly spareSegments: number;
  /** One call per writer: packs synced, then database logs. */
  checkpoint(): Promise<Durable>;
  /** True when more work is on its way to the writers, so that waiting makes one sync of many. */
  isBusy(): boolean;
  /** Rows of this tenant became durable: what leaves the house may go on. */
  durable(tenant: TenantId): void;
  dropped(segmentFile: string): void;
}

/**
 * Makes what was committed durable, lets the segments' debt fall, and drops segments that owe nothing. While work keeps
 * coming, once a second; when the house is quiet, at once, so that a single message goes on without waiting.
 */
export class Checkpoints {
  readonly #ports: CheckpointPorts;
  readonly #limits: CheckpointLimits;
  #wantedSince = 0;
  #lastAt = 0;
  #timer: NodeJS.Timeout | null = null;
  #running: Promise<void> | null = null;

  constructor(ports: CheckpointPorts, limits: CheckpointLimits = CHECKPOINT_LIMITS) {
    this.#ports = ports;
    this.#limits = limits;
  }

  /** Rows were committed: a checkpoint follows, soon or within the second. */
  wanted(): void {
    const now = this.#ports.clock.monotonic();
    if (this.#wantedSince === 0) this.#wantedSince = now;
    if (this.#running || this.#timer) return;
    const rest = Math.max(0, this.#lastAt + this.#limits.shortestMs - now);
    this.#timer = setTimeout(() => this.#consider(), rest);
  }

  /** Runs a checkpoint now, after the one under way. */
  async now(): Promise<void> {
    await this.#running;
    await this.#run();
  }

  stop(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #consider(): void {
    this.#timer = null;
    const waited = this.#ports.clock.monotonic() - this.#wantedSince;
    if (this.#ports.isBusy() && waited < this.#limits.longestMs) {
      this.#timer = setTimeout(() => this.#consider(), this.#limits.shortestMs);
      return;
    }
    void this.#run();
  }

  #run(): Promise<void> {
    this.#wantedSince = 0;
    this.#running = this.#checkpoint()
      .catch((error: unknown) => {
        this.#ports.log.error('checkpoint.failed', { error: (error as Error).message });
        this.#wantedSince ||= this.#ports.clock.monotonic();
      })
      .finally(() => {
        this.#running = null;
        this.#lastAt = this.#ports.clock.monotonic();
        if (this.#wantedSince !== 0) this.wanted();
      });
    return this.#running;
  }

  async #checkpoint(): Promise<void> {
    const { ledger } = this.#ports;
    for (const { tenant, batch } of await this.#ports.checkpoint()) {
      ledger.durable(tenant, batch);
      this.#ports.durable(tenant);
    }
    for (const { segmentFile, bodyFiles, isFailed } of ledger.droppable()) {
      await dropSegment(segmentFile, { bodyFiles, spareSegments: isFailed ? 0 : this.#ports.spareSegments });
      ledger.dropped(segmentFile);
      this.#ports.dropped(segmentFile);
    }
  }
}
