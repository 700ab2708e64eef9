import type { Clock, Log } from '@sekisho/ports';
import { dropSegment, type SegmentLedger } from '@sekisho/spool';
import type { TenantId } from '@sekisho/terms';

export interface CheckpointLimits {
  /** Longest time that committed rows wait for their sync, in milliseconds. */
  readonly longestMs: number;
  /** Time that each tenant with something to sync adds to that wait, up to the longest: few of them are synced often. */
  readonly perTenantMs: number;
  /** Shortest time between two checkpoints, in milliseconds. */
  readonly shortestMs: number;
  /** Wait after one that failed, in milliseconds. */
  readonly afterFailureMs: number;
}

export const CHECKPOINT_LIMITS: CheckpointLimits = {
  longestMs: 1000,
  perTenantMs: 25,
  shortestMs: 25,
  afterFailureMs: 2000,
};

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
 * coming, the more seldom the more tenants there are to sync, at least once a second; when the house is quiet, at once,
 * so that a single message goes on without waiting.
 */
export class Checkpoints {
  readonly #ports: CheckpointPorts;
  readonly #limits: CheckpointLimits;
  #wantedSince: number | null = null;
  #notBefore = 0;
  #timer: NodeJS.Timeout | null = null;
  #running: Promise<void> | null = null;
  #isStopped = false;
  #lastTenants = 0;

  constructor(ports: CheckpointPorts, limits: CheckpointLimits = CHECKPOINT_LIMITS) {
    this.#ports = ports;
    this.#limits = limits;
  }

  /** Rows were committed: a checkpoint follows, soon or within the second. */
  wanted(): void {
    const now = this.#ports.clock.monotonic();
    this.#wantedSince ??= now;
    if (this.#running || this.#timer || this.#isStopped) return;
    this.#timer = setTimeout(() => this.#consider(), Math.max(0, this.#notBefore - now));
  }

  /** Runs a checkpoint now, after the one under way. */
  async now(): Promise<void> {
    await this.#running;
    await this.#run();
  }

  /** Nothing runs by itself any more. */
  stop(): void {
    this.#isStopped = true;
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #consider(): void {
    this.#timer = null;
    const waited = this.#ports.clock.monotonic() - (this.#wantedSince ?? 0);
    const { longestMs, perTenantMs, shortestMs } = this.#limits;
    if (this.#ports.isBusy() && waited < Math.min(longestMs, perTenantMs * (this.#lastTenants + 1))) {
      this.#timer = setTimeout(() => this.#consider(), shortestMs);
      return;
    }
    void this.#run();
  }

  #run(): Promise<void> {
    const { clock, log } = this.#ports;
    const { shortestMs, afterFailureMs } = this.#limits;
    this.#wantedSince = null;
    this.#running = this.#checkpoint()
      .catch((error: unknown) => {
        log.error('checkpoint.failed', { error: (error as Error).message });
        return false;
      })
      .then((isWhole) => {
        this.#running = null;
        this.#notBefore = clock.monotonic() + (isWhole ? shortestMs : afterFailureMs);
        if (!isWhole || this.#wantedSince !== null) this.wanted();
      });
    return this.#running;
  }

  /** True when all that could be dropped was. */
  async #checkpoint(): Promise<boolean> {
    const { ledger, log, spareSegments, dropped } = this.#ports;
    const durable = await this.#ports.checkpoint();
    this.#lastTenants = durable.length;
    for (const { tenant, batch } of durable) {
      ledger.durable(tenant, batch);
      this.#ports.durable(tenant);
    }
    let isWhole = true;
    for (const { segmentFile, bodyFiles, isFailed } of ledger.droppable()) {
      try {
        await dropSegment(segmentFile, { bodyFiles, spareSegments: isFailed ? 0 : spareSegments });
        ledger.dropped(segmentFile);
        dropped(segmentFile);
      } catch (error) {
        isWhole = false;
        log.error('checkpoint.segment-not-dropped', { segmentFile, error: (error as Error).message });
      }
    }
    return isWhole;
  }
}
