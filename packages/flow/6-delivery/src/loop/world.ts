import type { DeliveryEvents } from '../events.ts';
import { Budget } from './budget.ts';
import type { JudgeView } from './judge.ts';
import type { DeliveryOptions } from './ports.ts';

/** What every part of one delivery run shares. */
export class World {
  readonly options: DeliveryOptions;
  readonly events: DeliveryEvents;
  /** Name of this run; leases of another name belong to an earlier one. */
  readonly owner: string;
  readonly sessions: Budget;
  readonly octets: Budget;
  /** Ways to end sessions that nobody uses at the moment, the longest unused first. */
  readonly idle = new Set<() => void>();
  isDraining = false;

  constructor(options: DeliveryOptions, events: DeliveryEvents) {
    this.options = options;
    this.events = events;
    this.owner = options.random.bytes(12).toString('hex');
    this.sessions = new Budget(options.limits.sessions);
    this.octets = new Budget(options.limits.octetsInFlight);
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
}
