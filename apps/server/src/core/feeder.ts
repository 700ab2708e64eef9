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
  /** How many scan processes died or ran out of time with it, or could not open it. */
  deaths: number;
  /** A client waits for the reply: goes before mail that nobody waits for. */
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
  /** Messages of one tenant that wait: with more of them it is the tenant that waits while accept comes first. */
  readonly pileMessages: number;
  /** A message that waits longer ends accept-first, in milliseconds. */
  readonly longestWaitMs: number;
  /** Scan processes a message may cost before it counts as "could not be inspected". */
  readonly deaths: number;
}

export const FEEDER_LIMITS: FeederLimits = {
  batchMessages: 16,
  framesPerScanner: 2,
  acceptFirstPerSecond: 3000,
  pileMessages: 32,
  longestWaitMs: 10_000,
  deaths: 3,
};

const WINDOW_MS = 50;

/** What the feeder asks of those behind it. */
export interface FeederPorts<Reference> {
  /** A message that no scan process survived. */
  poison(work: Work<Reference>): void;
  /** True while enough of this tenant's mail waits behind inspection, so that what is here stays a mere reference. */
  isHeld(tenant: TenantId): boolean;
}

type Frame<Reference> = Map<SpoolId, Work<Reference>>;

/**
 * Hands messages to the scan processes, tenants in turn. When arrivals peak it hands out nothing for a while, because
 * what waits is safe on disk and accept comes first. What a dead scanner held is handed out again, each message alone to
 * a scanner that has nothing else, so that none is blamed for another's deeds.
 */
export class Feeder<Reference> {
  readonly #queue = new Turns<TenantId, Work<Reference>>();
  readonly #urgent = new Turns<TenantId, Work<Reference>>();
  readonly #suspects: Work<Reference>[] = [];
  readonly #scanners = new Map<Scanner<Reference>, Frame<Reference>[]>();
  /** Until when nothing of a tenant is handed out, on the monotonic clock. */
  readonly #resting = new Map<TenantId, number>();
  readonly #clock: Clock;
  #limits: FeederLimits;
  readonly #ports: FeederPorts<Reference>;
  readonly #isHeld = (tenant: TenantId): boolean => this.#rests(tenant) || this.#ports.isHeld(tenant);
  /** At a peak those who have piled up wait; whoever has a few messages is not made to pay for it. */
  readonly #isHeldOrPiled = (tenant: TenantId): boolean =>
    this.#queue.waitingFor(tenant) > this.#limits.pileMessages || this.#isHeld(tenant);
  #windowStart = 0;
  #windowArrivals = 0;
  #lastWindowRate = 0;
  #wasUrgent = false;
  #wake: NodeJS.Timeout | null = null;

  constructor(clock: Clock, limits: FeederLimits, ports: FeederPorts<Reference>) {
    this.#clock = clock;
    this.#limits = limits;
    this.#ports = ports;
  }

  /** Replaces some limits, from the next message on. */
  setLimits(given: Partial<FeederLimits>): void {
    this.#limits = { ...this.#limits, ...given };
    this.feed();
  }

  /** Messages that wait, without those in a scan process. */
  get backlog(): number {
    return this.#queue.size + this.#urgent.size + this.#suspects.length;
  }

  /** True when nothing waits that could be handed out now. */
  get isIdle(): boolean {
    if (this.#urgent.size > 0 || this.#suspects.length > 0) return false;
    for (const tenant of this.#queue.keys()) if (!this.#isHeld(tenant)) return false;
    return true;
  }

  /** How long the oldest message waits that could be handed out, in milliseconds. */
  get oldestWaitMs(): number {
    const now = this.#clock.monotonic();
    return this.#queue.oldest((work) => (this.#isHeld(work.tenant) ? 0 : now - work.since));
  }

  offer(reference: Reference, id: { spoolId: SpoolId; tenant: TenantId }, urgent = false): void {
    const now = this.#clock.monotonic();
    const work = { reference, spoolId: id.spoolId, tenant: id.tenant, since: now, deaths: 0, urgent };
    this.#countArrival(now);
    this.#wait(work);
    this.feed();
  }

  add(scanner: Scanner<Reference>): void {
    this.#scanners.set(scanner, []);
    this.feed();
  }

  /** Takes a scan process away; what it held goes to others, or is poison after the named number of deaths. */
  remove(scanner: Scanner<Reference>): void {
    const frames = this.#scanners.get(scanner);
    this.#scanners.delete(scanner);
    for (const work of (frames ?? []).flatMap((frame) => [...frame.values()])) this.#suspect(work);
    this.feed();
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
        this.feed();
      }
      return work;
    }
    return null;
  }

  /** Settled work that a scanner could not do: it goes to another, or is poison after the named number of deaths. */
  retry(work: Work<Reference>): void {
    this.#suspect(work);
    this.feed();
  }

  /** Settled work that cannot be done now for a reason of its tenant's: it waits, and so does all of that tenant. */
  postpone(work: Work<Reference>, restMs: number): void {
    this.#resting.set(work.tenant, this.#clock.monotonic() + restMs);
    this.#wait(work);
    this.#feedIn(restMs);
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

  /** Hands out what can be: called again when a tenant is no longer held. */
  feed(): void {
    for (const [scanner, frames] of this.#scanners) {
      while (frames.length < this.#limits.framesPerScanner) {
        const batch = this.#nextBatch(frames);
        if (batch.length === 0) break;
        frames.push(new Map(batch.map((work) => [work.spoolId, work])));
        scanner.hand(batch);
      }
    }
  }

  #wait(work: Work<Reference>): void {
    (work.urgent ? this.#urgent : this.#queue).push(work.tenant, work);
  }

  #suspect(work: Work<Reference>): void {
    work.deaths += 1;
    if (work.deaths >= this.#limits.deaths) this.#ports.poison(work);
    else this.#suspects.push(work);
  }

  #rests(tenant: TenantId): boolean {
    const until = this.#resting.get(tenant);
    if (until === undefined) return false;
    if (until > this.#clock.monotonic()) return true;
    this.#resting.delete(tenant);
    return false;
  }

  #countArrival(now: number): void {
    if (now - this.#windowStart >= WINDOW_MS) {
      this.#lastWindowRate = (this.#windowArrivals * 1000) / Math.max(WINDOW_MS, now - this.#windowStart);
      this.#windowStart = now;
      this.#windowArrivals = 0;
    }
    this.#windowArrivals += 1;
  }

  #feedIn(ms: number): void {
    this.#wake ??= setTimeout(() => {
      this.#wake = null;
      this.feed();
      if (this.#resting.size > 0) this.#feedIn(WINDOW_MS);
    }, ms).unref();
  }

  /** What a scanner with these frames gets next. While suspects wait, scanners are emptied for them. */
  #nextBatch(frames: readonly Frame<Reference>[]): Work<Reference>[] {
    if (frames.some((frame) => frame.values().some(({ deaths }) => deaths > 0))) return [];
    if (this.#suspects.length > 0) return frames.length === 0 ? [this.#suspects.shift()!] : [];
    const isOthersTurn = this.#wasUrgent && this.#queue.size > 0;
    const urgent = isOthersTurn ? undefined : this.#urgent.shift((tenant) => this.#rests(tenant));
    this.#wasUrgent = urgent !== undefined;
    if (urgent) return [urgent];
    const batch = this.#nextInTurn();
    if (batch.length > 0 || !isOthersTurn) return batch;
    const alone = this.#urgent.shift((tenant) => this.#rests(tenant));
    return alone ? [alone] : [];
  }

  #nextInTurn(): Work<Reference>[] {
    const yields = this.#queue.size > 0 && this.yields;
    if (yields) this.#feedIn(WINDOW_MS);
    const isHeld = yields ? this.#isHeldOrPiled : this.#isHeld;
    const batch: Work<Reference>[] = [];
    while (batch.length < this.#limits.batchMessages) {
      const work = this.#queue.shift(isHeld);
      if (!work) break;
      batch.push(work);
    }
    return batch;
  }
}
