import type { Clock } from '@sekisho/ports';
import type { SpoolId, TenantId } from '@sekisho/terms';
import { Turns } from './turns.ts';

/** A message on its way to inspection. */
export interface Work<Reference> {
  readonly reference: Reference;
  readonly spoolId: SpoolId;
  readonly tenant: TenantId;
  /** Monotonic milliseconds at which it came in. */
  readonly since: number;
  /** How many scan processes died or ran out of time with it. */
  deaths: number;
  /** A client waits for the reply: goes before all others. */
  readonly urgent: boolean;
}

/** A scan process as the feeder sees it. */
export interface Scanner<Reference> {
  hand(batch: readonly Work<Reference>[]): void;
}

export interface FeederLimits {
  /** Messages handed to a scan process in one frame. */
  readonly batchMessages: number;
  /** Frames a scan process has at a time: one under way, one waiting. */
  readonly framesPerScanner: number;
  /** Arrivals a second above which inspection waits and accept comes first. */
  readonly acceptFirstPerSecond: number;
  /** A message that waits longer ends accept-first, in milliseconds. */
  readonly longestWaitMs: number;
  /** Scan processes a message may cost before it counts as "could not be inspected". */
  readonly deaths: number;
}

export const FEEDER_LIMITS: FeederLimits = {
  batchMessages: 16,
  framesPerScanner: 2,
  acceptFirstPerSecond: 3000,
  longestWaitMs: 10_000,
  deaths: 3,
};

const WINDOW_MS = 50;

/**
 * Hands messages to the scan processes, tenants in turn. When arrivals peak it hands out nothing for a while, because
 * what waits is safe on disk and accept comes first. What a dead scanner held is handed out again, one by one.
 */
export class Feeder<Reference> {
  readonly #queue = new Turns<TenantId, Work<Reference>>();
  readonly #urgent: Work<Reference>[] = [];
  readonly #again: Work<Reference>[] = [];
  readonly #scanners = new Map<Scanner<Reference>, Map<SpoolId, Work<Reference>>[]>();
  readonly #clock: Clock;
  readonly #limits: FeederLimits;
  readonly #onPoison: (work: Work<Reference>) => void;
  #windowStart = 0;
  #windowArrivals = 0;
  #lastWindowRate = 0;
  #wake: NodeJS.Timeout | null = null;

  constructor(clock: Clock, limits: FeederLimits, onPoison: (work: Work<Reference>) => void) {
    this.#clock = clock;
    this.#limits = limits;
    this.#onPoison = onPoison;
  }

  /** Messages that wait, without those in a scan process. */
  get backlog(): number {
    return this.#queue.size + this.#urgent.length + this.#again.length;
  }

  /** How long the oldest waiting message waits, in milliseconds. */
  get oldestWaitMs(): number {
    const now = this.#clock.monotonic();
    return this.#queue.oldest((work) => now - work.since);
  }

  offer(reference: Reference, id: { spoolId: SpoolId; tenant: TenantId }, urgent = false): void {
    const now = this.#clock.monotonic();
    const work = { reference, spoolId: id.spoolId, tenant: id.tenant, since: now, deaths: 0, urgent };
    this.#countArrival(now);
    if (urgent) this.#urgent.push(work);
    else this.#queue.push(work.tenant, work);
    this.#feed();
  }

  add(scanner: Scanner<Reference>): void {
    this.#scanners.set(scanner, []);
    this.#feed();
  }

  /** Takes a scan process away; what it held goes to others, or is poison after the named number of deaths. */
  remove(scanner: Scanner<Reference>): void {
    const frames = this.#scanners.get(scanner);
    this.#scanners.delete(scanner);
    for (const work of (frames ?? []).flatMap((frame) => [...frame.values()])) {
      work.deaths += 1;
      if (work.deaths >= this.#limits.deaths) this.#onPoison(work);
      else this.#again.push(work);
    }
    this.#feed();
  }

  /** The work that a reply of `scanner` is about; null when it never had that message. Each answer counts once. */
  settle(scanner: Scanner<Reference>, spoolId: SpoolId): Work<Reference> | null {
    const frames = this.#scanners.get(scanner) ?? [];
    for (const [at, frame] of frames.entries()) {
      const work = frame.get(spoolId);
      if (!work) continue;
      frame.delete(spoolId);
      if (frame.size === 0) {
        frames.splice(at, 1);
        this.#feed();
      }
      return work;
    }
    return null;
  }

  #countArrival(now: number): void {
    if (now - this.#windowStart >= WINDOW_MS) {
      this.#lastWindowRate = (this.#windowArrivals * 1000) / Math.max(WINDOW_MS, now - this.#windowStart);
      this.#windowStart = now;
      this.#windowArrivals = 0;
    }
    this.#windowArrivals += 1;
  }

  /** True while accept comes first. */
  get yields(): boolean {
    const age = this.#clock.monotonic() - this.#windowStart;
    const rate = Math.max(
      age < 2 * WINDOW_MS ? this.#lastWindowRate : 0,
      (this.#windowArrivals * 1000) / Math.max(WINDOW_MS, age),
    );
    return rate > this.#limits.acceptFirstPerSecond && this.oldestWaitMs < this.#limits.longestWaitMs;
  }

  #feed(): void {
    for (const [scanner, frames] of this.#scanners) {
      while (frames.length < this.#limits.framesPerScanner) {
        const batch = this.#nextBatch();
        if (batch.length === 0) return;
        frames.push(new Map(batch.map((work) => [work.spoolId, work])));
        scanner.hand(batch);
      }
    }
  }

  #nextBatch(): Work<Reference>[] {
    const alone = this.#urgent.shift() ?? this.#again.shift();
    if (alone) return [alone];
    if (this.#queue.size > 0 && this.yields) {
      this.#wake ??= setTimeout(() => {
        this.#wake = null;
        this.#feed();
      }, WINDOW_MS).unref();
      return [];
    }
    const batch: Work<Reference>[] = [];
    while (batch.length < this.#limits.batchMessages) {
      const work = this.#queue.shift();
      if (!work) break;
      batch.push(work);
    }
    return batch;
  }
}
