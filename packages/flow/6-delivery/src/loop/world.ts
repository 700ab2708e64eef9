import type { TenantId } from '@sekisho/terms';
import type { DeliveryEvents } from '../events.ts';
import { Budget } from './budget.ts';
import type { JudgeView } from './judge.ts';
import type { DeliveryOptions } from './ports.ts';

/** What every part of one delivery run shares. */
export class World {
  /** Limits in it may be replaced while the run lasts. */
  options: DeliveryOptions;
  readonly events: DeliveryEvents;
  /** Name of this run; leases of another name belong to an earlier one. */
  readonly owner: string;
  readonly sessions: Budget;
  readonly #octets: Budget;
  readonly #octetsOf = new Map<TenantId, Budget>();
  readonly #running = new Map<TenantId, number>();
  readonly #whenRoom = new Set<() => void>();
  /** Ways to end sessions that nobody uses at the moment, the longest unused first. */
  readonly idle = new Set<() => void>();
  isDraining = false;

  constructor(options: DeliveryOptions, events: DeliveryEvents) {
    this.options = options;
    this.events = events;
    this.owner = options.random.bytes(12).toString('hex');
    this.sessions = new Budget(options.limits.sessions);
    this.#octets = new Budget(options.limits.octetsInFlight);
  }

  get now(): number {
    return this.options.clock.now();
  }

  judgeView(): JudgeView {
    return { limits: this.options.limits, now: this.now, random: this.options.random };
  }

  /** A place for one more session; an unused one gives up its own when there is none. */
  async takeSession(): Promise<void> {
    const taken = this.sessions.take(1);
    if (this.sessions.isWaitedFor) this.idle.values().next().value?.();
    await taken;
  }

  /** True when a tenant has not all its transactions under way. */
  readonly mayRun = (tenant: TenantId): boolean =>
    (this.#running.get(tenant) ?? 0) < this.options.limits.transactionsPerTenant;

  /** Calls back once, when a tenant that had all its transactions under way has ended one. */
  whenRoom(call: () => void): void {
    this.#whenRoom.add(call);
  }

  /** Runs one transaction of a tenant within its share. */
  async running(tenant: TenantId, run: () => Promise<void>): Promise<void> {
    this.#running.set(tenant, (this.#running.get(tenant) ?? 0) + 1);
    try {
      await run();
    } finally {
      const left = this.#running.get(tenant)! - 1;
      if (left > 0) this.#running.set(tenant, left);
      else this.#running.delete(tenant);
      const calls = [...this.#whenRoom];
      this.#whenRoom.clear();
      for (const call of calls) call();
    }
  }

  /** Runs with a message of this size in memory: a large one waits for room, the tenant's own first. */
  async holding<T>(tenant: TenantId, octets: number, run: () => Promise<T>): Promise<T> {
    const { smallOctets, octetsInFlightPerTenant } = this.options.limits;
    if (octets <= smallOctets) return run();
    const own = this.#octetsOf.get(tenant) ?? new Budget(octetsInFlightPerTenant);
    this.#octetsOf.set(tenant, own);
    await own.take(octets);
    await this.#octets.take(octets);
    try {
      return await run();
    } finally {
      this.#octets.give(octets);
      own.give(octets);
      if (own.used === 0 && !own.isWaitedFor) this.#octetsOf.delete(tenant);
    }
  }
}
