import { setTimeout as sleep } from 'node:timers/promises';
import type { TenantId } from '@sekisho/terms';
import { deliveryEvents } from '../events.ts';
import type { DeliveryLimits } from '../limits.ts';
import { routeKey } from '../next-hop/route.ts';
import { Destination, type DestinationState } from './destination.ts';
import { Job } from './job.ts';
import type { DeliveryOptions } from './ports.ts';
import { submitOwedReports } from './report-turn.ts';
import { type Held, type SettledBatch, TenantWork } from './tenant-work.ts';
import { Turns } from './turns.ts';
import { World } from './world.ts';

const CLAIMS_AT_ONCE = 4;
const STUMBLE_MS = 5_000;
/** How long reports that could not be handed over wait. */
const REPORT_AGAIN_MS = 60_000;
const DURABLE_MS = 1_000;
/** How long a tenant waits for its next claim after one that left destinations out found nothing. */
const NARROW_MS = 200;
const DRAIN_MS = 8_000;
/** How long sessions that were cut have to be settled. */
const CUT_MS = 500;

/** A running delivery. */
export interface Delivery {
  /** Says that a tenant has something due: new rows, rows that became durable, a person's retry. */
  kick(tenant: TenantId, options?: { readonly forgetBackOff?: boolean }): void;
  /**
   * Replaces limits: they hold for the next claim, session and judgement. The numbers of sessions and of octets in flight,
   * in all, stay those of the start.
   */
  setLimits(limits: DeliveryLimits): void;
  /** How each next hop that is in use, or fails, is doing. */
  destinations(): readonly DestinationState[];
  /**
   * Ends: claims no more, gives back what waits, lets transactions end and settles them. Sessions that have not ended
   * after `ms` are cut; what was on them stays leased and is due when delivery starts again.
   */
  drain(ms?: number): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Starts to deliver what is queued: takes over the leases of earlier runs and then serves tenants in turn. */
export function openDelivery(options: DeliveryOptions): Delivery {
  return new DeliveryLoop(options);
}

interface Tenant {
  readonly work: TenantWork;
  isReclaimed: boolean;
  /** There was more than the tenant's share had room for. */
  wantsMore: boolean;
  /** Destinations left out of the last claim because they had their share. */
  leftOut: readonly string[];
  owesReports: boolean;
  reporting: Promise<void> | null;
}

class DeliveryLoop implements Delivery {
  readonly #world: World;
  readonly #tenants = new Map<TenantId, Tenant>();
  readonly #destinations = new Map<string, Destination>();
  readonly #turns: Turns;
  #heart: NodeJS.Timeout;

  constructor(options: DeliveryOptions) {
    this.#world = new World(options, deliveryEvents(options.log, options.meter));
    this.#turns = new Turns(
      (tenant) => this.#turn(tenant),
      CLAIMS_AT_ONCE,
      () => this.#world.now,
    );
    this.#heart = this.#startHeart();
    for (const tenant of options.tenants()) this.kick(tenant);
  }

  kick(tenant: TenantId, { forgetBackOff = false } = {}): void {
    if (forgetBackOff) for (const destination of this.#destinations.values()) destination.forgetBackOff();
    this.#turns.want(tenant);
  }

  setLimits(limits: DeliveryLimits): void {
    this.#world.options = { ...this.#world.options, limits };
    clearInterval(this.#heart);
    if (!this.#world.isDraining) this.#heart = this.#startHeart();
  }

  destinations(): readonly DestinationState[] {
    return [...this.#destinations.values()].map(({ state }) => state);
  }

  async drain(ms = DRAIN_MS): Promise<void> {
    this.#world.isDraining = true;
    const stopped = new AbortController();
    const ended = this.#end().finally(() => stopped.abort());
    const pause = (wait: number) => sleep(wait, undefined, { signal: stopped.signal }).catch(() => undefined);
    await Promise.race([ended, pause(ms)]);
    for (const destination of this.#destinations.values()) destination.cut();
    await Promise.race([ended, pause(CUT_MS)]);
    clearInterval(this.#heart);
  }

  async #end(): Promise<void> {
    await this.#turns.stop();
    await Promise.all([...this.#destinations.values()].map((destination) => destination.drain()));
    await Promise.all([...this.#tenants.values()].map(({ work, reporting }) => Promise.all([work.close(), reporting])));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.drain();
  }

  #tenant(tenant: TenantId): Tenant {
    const known = this.#tenants.get(tenant);
    if (known) return known;
    const work = new TenantWork(tenant, this.#world, (settled) => this.#settled(made, settled));
    const made: Tenant = {
      work,
      isReclaimed: false,
      wantsMore: false,
      leftOut: [],
      owesReports: false,
      reporting: null,
    };
    this.#tenants.set(tenant, made);
    return made;
  }

  async #turn(tenant: TenantId): Promise<void> {
    const one = this.#tenant(tenant);
    try {
      if (!one.isReclaimed) {
        await this.#world.options.queue(tenant, 'reclaim', { owner: this.#world.owner });
        one.isReclaimed = true;
        one.owesReports = true;
      }
      await this.#claim(one);
    } catch (error) {
      this.#world.events.stumbled('claim', tenant, error);
      this.#turns.wantAt(tenant, this.#world.now + STUMBLE_MS);
    }
    if (one.owesReports) this.#report(one);
  }

  /** One claim. There is a next one when the tenant's share has room again, or at the time the queue has named. */
  async #claim(one: Tenant): Promise<void> {
    const { work } = one;
    const { options, owner } = this.#world;
    const { limits } = options;
    const room = limits.claimedPerTenant - work.open;
    const limit = Math.min(limits.batch, limits.claimedPerTenant);
    one.wantsMore = room < limit;
    if (one.wantsMore) return;
    const except = work.saturated(limits.claimedPerDestination).slice(0, 8);
    one.leftOut = except;
    const question = { limit, leaseMs: limits.leaseMs, owner, except };
    const claimed = await options.queue(work.tenant, 'claim', question);
    await this.#handOut(work, work.take(claimed.leases));
    if (claimed.hasMore) this.#turns.want(work.tenant);
    else if (except.length > 0) this.#turns.wantAt(work.tenant, this.#world.now + NARROW_MS);
    if (claimed.waitsForDurable) {
      options.askDurable?.(work.tenant);
      this.#turns.wantAt(work.tenant, this.#world.now + DURABLE_MS);
    }
    if (claimed.nextDueAt !== null) this.#turns.wantAt(work.tenant, claimed.nextDueAt);
  }

  async #handOut(work: TenantWork, all: readonly Held[]): Promise<void> {
    const { limits } = this.#world.options;
    const groups = Map.groupBy(all, ({ lease }) => `${lease.message}\n${lease.destination}\n${lease.form}`);
    for (const held of groups.values()) {
      const parts: Held[][] = [];
      for (let at = 0; at < held.length; at += limits.recipientsPerTransaction)
        parts.push(held.slice(at, at + limits.recipientsPerTransaction));
      const jobs = parts.map((part) => new Job(work, part, this.#world));
      const place = await this.#placeFor(work, held[0]!);
      for (const job of jobs) place(job);
    }
  }

  /** Where jobs for a recipient go. */
  async #placeFor({ tenant }: TenantWork, { lease }: Held): Promise<(job: Job) => void> {
    const { destination, envelope } = lease;
    try {
      const where = await this.#world.options.route(tenant, destination, envelope.direction);
      if (where === null) return (job) => job.deferred('4.3.5', `No route is set for ${destination}`, null);
      const to = this.#destination(routeKey(where), () => new Destination(where, this.#world));
      return (job) => to.add(job);
    } catch (error) {
      this.#world.events.stumbled('route', tenant, error);
      return (job) => job.postponed(this.#world.now + STUMBLE_MS, 'The route could not be looked up');
    }
  }

  #destination(key: string, open: () => Destination): Destination {
    const known = this.#destinations.get(key);
    if (known) return known;
    const made = open();
    this.#destinations.set(key, made);
    return made;
  }

  #settled(one: Tenant, { reportsOwed, nextDueAt }: SettledBatch): void {
    if (reportsOwed) one.owesReports = true;
    if (one.owesReports) this.#report(one);
    if (one.wantsMore || this.#hasRoomAgain(one)) this.#turns.want(one.work.tenant);
    if (nextDueAt !== null) this.#turns.wantAt(one.work.tenant, nextDueAt);
  }

  /** True when a destination that was left out can take another batch. */
  #hasRoomAgain({ work, leftOut }: Tenant): boolean {
    if (leftOut.length === 0) return false;
    const { claimedPerDestination, batch } = this.#world.options.limits;
    const full = new Set(work.saturated(Math.max(claimedPerDestination - batch, 1)));
    return leftOut.some((destination) => !full.has(destination));
  }

  /** Reports are written beside the turns, one run for each tenant at a time. */
  #report(one: Tenant): void {
    if (one.reporting || this.#world.isDraining) return;
    const { tenant } = one.work;
    one.owesReports = false;
    one.reporting = submitOwedReports(tenant, this.#world)
      .catch((error: unknown) => {
        this.#world.events.stumbled('report', tenant, error);
        return false;
      })
      .then((isComplete) => {
        one.reporting = null;
        if (one.owesReports && isComplete) return this.#report(one);
        one.owesReports ||= !isComplete;
        if (!isComplete) this.#turns.wantAt(tenant, this.#world.now + REPORT_AGAIN_MS);
      });
  }

  #startHeart(): NodeJS.Timeout {
    return setInterval(() => this.#beat(), this.#world.options.limits.leaseMs / 4);
  }

  #beat(): void {
    for (const [tenant, { work }] of this.#tenants) {
      work.extend().catch((error: unknown) => this.#world.events.stumbled('extend', tenant, error));
    }
    for (const [key, destination] of this.#destinations) {
      if (destination.isForgettable()) this.#destinations.delete(key);
    }
  }
}
