import type { TenantId } from '@sekisho/terms';
import type { Lease } from '../queue/recipient.ts';
import type { AttemptResult } from '../queue/settle.ts';
import type { Judgement } from './judge.ts';
import type { World } from './world.ts';

/** A leased recipient in the hands of this run. */
export interface Held {
  readonly lease: Lease;
  until: number;
  /** Set when the queue says that somebody else holds it. */
  isLost: boolean;
}

/** Where an attempt went. */
export interface AttemptFacts {
  readonly startedAt: number;
  readonly host: string | null;
  readonly ip: string | null;
  readonly tls: string | null;
}

/** What the tenant's turn has to know after a settlement. */
export interface SettledBatch {
  readonly reportsOwed: boolean;
  /** When the first of the rows that went back is due. */
  readonly nextDueAt: number | null;
}

const STUMBLE_MS = 1000;
const WORDS = 2000;

/** What one tenant has leased and not yet settled; results are settled together. */
export class TenantWork {
  readonly tenant: TenantId;
  readonly #world: World;
  readonly #held = new Set<Held>();
  readonly #perDestination = new Map<string, number>();
  readonly #onSettled: (settled: SettledBatch) => void;
  #results: AttemptResult[] = [];
  #open = 0;
  #settling: Promise<void> | null = null;
  #timer: NodeJS.Timeout | undefined;

  constructor(tenant: TenantId, world: World, onSettled: (settled: SettledBatch) => void) {
    this.tenant = tenant;
    this.#world = world;
    this.#onSettled = onSettled;
  }

  /** Rows leased and not settled. */
  get open(): number {
    return this.#open;
  }

  /** Destinations that have at least this many of the tenant's rows. */
  saturated(rows: number): string[] {
    return [...this.#perDestination].filter(([, count]) => count >= rows).map(([destination]) => destination);
  }

  take(leases: readonly Lease[]): Held[] {
    return leases.map((lease) => {
      const held: Held = { lease, until: lease.leaseUntil, isLost: false };
      this.#held.add(held);
      this.#count(lease.destination, 1);
      return held;
    });
  }

  /** True while nobody else can have been given the row. */
  isOurs(held: Held): boolean {
    return !held.isLost && this.#world.now < held.until;
  }

  settle(held: Held, judgement: Judgement, facts: AttemptFacts): void {
    if (!this.#held.delete(held)) return;
    const { message, recipient, lease, destination } = held.lease;
    const { outcome, status, reply } = judgement;
    this.#results.push({ message, recipient, lease, outcome, status, reply: reply.slice(0, WORDS), ...facts });
    this.#count(destination, -1, 0);
    const seconds = Math.max(0, this.#world.now - facts.startedAt) / 1000;
    const { host, tls } = facts;
    this.#world.events.settled(this.tenant, { message, recipient, outcome: outcome.kind, host, tls, status, seconds });
    this.#arm();
  }

  /** Lets go of a row that is no longer ours: whoever claims it next tells its story. */
  drop(held: Held): void {
    if (!this.#held.delete(held)) return;
    this.#count(held.lease.destination, -1);
    this.#world.events.fenced(this.tenant, held.lease.message, held.lease.recipient);
  }

  /** Prolongs the leases that have used a third of their time. */
  async extend(): Promise<void> {
    const { limits, queue } = this.#world.options;
    const short = [...this.#held].filter(
      (held) => !held.isLost && held.until - this.#world.now < (limits.leaseMs * 2) / 3,
    );
    for (let at = 0; at < short.length; at += limits.batch) {
      const part = short.slice(at, at + limits.batch);
      const leases = part.map(({ lease: { message, recipient, lease } }) => ({ message, recipient, lease }));
      const answer = await queue(this.tenant, 'extend', { leases, leaseMs: limits.leaseMs });
      const stale = new Set(answer.stale.map(({ message, recipient }) => `${message}/${recipient}`));
      for (const held of part) {
        if (stale.has(`${held.lease.message}/${held.lease.recipient}`)) held.isLost = true;
        else held.until = answer.leaseUntil;
      }
    }
  }

  /** Settles what is there, without waiting for more. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#settling ??= this.#settleAll().finally(() => {
      this.#settling = null;
      if (this.#results.length > 0 && this.#timer === undefined) this.#arm();
    });
    return this.#settling;
  }

  /** Settles for the last time; what the queue does not take now stays leased. */
  async close(): Promise<void> {
    await this.#settling;
    await this.flush();
    clearTimeout(this.#timer);
  }

  /** Results share a commit: they wait a moment while others are under way. */
  #arm(): void {
    if (this.#settling) return;
    if (this.#isReady()) void this.flush();
    else this.#timer ??= setTimeout(() => void this.flush(), this.#world.options.limits.settleWaitMs);
  }

  #isReady(): boolean {
    return this.#results.length >= this.#world.options.limits.batch || this.#held.size === 0;
  }

  async #settleAll(): Promise<void> {
    do await this.#settleBatch(this.#results.splice(0, this.#world.options.limits.batch));
    while (this.#results.length > 0 && this.#timer === undefined && this.#isReady());
  }

  async #settleBatch(results: AttemptResult[]): Promise<void> {
    if (results.length === 0) return;
    const { options, events } = this.#world;
    try {
      const { stale, reportsOwed } = await options.queue(this.tenant, 'settle', { results });
      for (const { message, recipient } of stale) events.fenced(this.tenant, message, recipient);
      this.#open -= results.length;
      const due = results.flatMap(({ outcome }) => ('dueAt' in outcome ? [outcome.dueAt] : []));
      this.#onSettled({ reportsOwed, nextDueAt: due.length === 0 ? null : Math.min(...due) });
    } catch (error) {
      events.stumbled('settle', this.tenant, error);
      this.#results.unshift(...results);
      this.#timer = setTimeout(() => void this.flush(), STUMBLE_MS);
    }
  }

  /** Counts a row in or out; a result keeps its place in the tenant's share until it is settled. */
  #count(destination: string, by: number, open = by): void {
    this.#open += open;
    const count = (this.#perDestination.get(destination) ?? 0) + by;
    if (count === 0) this.#perDestination.delete(destination);
    else this.#perDestination.set(destination, count);
  }
}
