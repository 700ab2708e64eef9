import type { Inspection } from '@sekisho/inspection';
import type { SegmentLedger, SpoolReference } from '@sekisho/spool';
import { readSpoolId, type SpoolId, type TenantId } from '@sekisho/terms';
import type { Inspected } from '../message-path.ts';
import type { Feeder } from './feeder.ts';

/** A message that a client waits for: looked at before its reply, not ours until it is accepted. */
interface BeforeReply {
  readonly reference: SpoolReference;
  inspection: Inspection | null;
  /** The front knows it as decided, and we were not told how: a whole record is ours, a void one is not. */
  isLost: boolean;
  readonly inspected: (inspection: Inspection) => void;
}

export interface ArrivalsLimits {
  /** Messages of one tenant on their way to its database; what is above stays in the spool and is read later. */
  readonly perTenant: number;
  /** The same for all tenants. */
  readonly all: number;
  /** So many of a tenant are taken however much others have. */
  readonly always: number;
}

/** A message on its way costs about 2 KiB of memory. */
export const ARRIVALS_LIMITS: ArrivalsLimits = { perTenant: 20_000, all: 60_000, always: 1000 };

export interface ArrivalsPorts {
  readonly ledger: SegmentLedger;
  readonly feeder: Pick<Feeder<SpoolReference>, 'offer'>;
  /** A message that is ours and inspected. */
  take(message: Inspected): void;
  /** A message for which there is no room now: its segment must be read again before it counts as seen. */
  skipped(segmentFile: string, tenant: TenantId): void;
}

/** Dropped segments whose names are remembered, so that a hint that comes late is not taken for a new message. */
const GONE = 1000;

/**
 * Keeps account of which spooled messages have been seen, whoever tells of them: the front's hints, a recovery, or a
 * look before the reply. Each is owed and goes on once; how many are on their way at a time is bounded.
 */
export class Arrivals {
  readonly #ports: ArrivalsPorts;
  readonly #limits: ArrivalsLimits;
  readonly #seen = new Map<string, Set<SpoolId>>();
  readonly #gone = new Set<string>();
  readonly #before = new Map<SpoolId, BeforeReply>();
  readonly #underWay = new Map<TenantId, number>();
  #underWayInAll = 0;

  constructor(ports: ArrivalsPorts, limits: ArrivalsLimits = ARRIVALS_LIMITS) {
    this.#ports = ports;
    this.#limits = limits;
  }

  /** Messages on their way to their tenants' databases. */
  get underWay(): number {
    return this.#underWayInAll;
  }

  /** Whether another message of the tenant is taken now. */
  hasRoom(tenant: TenantId): boolean {
    const own = this.#underWay.get(tenant) ?? 0;
    return own < this.#limits.always || (own < this.#limits.perTenant && this.#underWayInAll < this.#limits.all);
  }

  /** Whether so much room came free that reading a segment again is worth it. */
  hasMuchRoom(tenant: TenantId): boolean {
    const own = this.#underWay.get(tenant) ?? 0;
    const isQuiet = own <= this.#limits.perTenant / 2 && this.#underWayInAll <= this.#limits.all / 2;
    return isQuiet || own <= this.#limits.always / 2;
  }

  /** A message got 250. */
  accepted(reference: SpoolReference): void {
    if (this.#isKnown(reference) || this.#gone.has(reference.segmentFile)) return;
    if (this.#goOnWithBefore(reference)) return;
    if (this.#own(reference)) this.#ports.feeder.offer(reference, reference);
  }

  /**
   * A record was read in the spool. True when it is news: it is owed now, and to be compared with its tenant's rows.
   * One that somebody still looks at before the reply is told of by `accepted` or `voided`.
   */
  found(reference: SpoolReference): boolean {
    if (this.#isKnown(reference)) return false;
    const before = this.#before.get(reference.spoolId);
    if (!before) return this.#own(reference);
    if (before.isLost) this.#goOnWithBefore(reference);
    return false;
  }

  /** Messages need nothing more of us: they are in their tenant's database, or nobody's. */
  done(tenant: TenantId, messages: number): void {
    const left = (this.#underWay.get(tenant) ?? 0) - messages;
    if (left > 0) this.#underWay.set(tenant, left);
    else this.#underWay.delete(tenant);
    this.#underWayInAll -= messages;
  }

  /** Looks at a message whose client waits; resolves with what was found. */
  inspectBeforeReply(reference: SpoolReference): Promise<Inspection> {
    const { spoolId } = reference;
    if (this.#isKnown(reference))
      return Promise.reject(new Error(`Cannot look at "${spoolId}" before the reply: it is ours`));
    const { promise, resolve } = Promise.withResolvers<Inspection>();
    this.#before.set(spoolId, { reference, inspection: null, isLost: false, inspected: resolve });
    this.#ports.feeder.offer(reference, reference, true);
    return promise;
  }

  /** A message that was looked at before the reply was refused. */
  voided(spoolId: SpoolId): void {
    this.#before.delete(spoolId);
  }

  /** A front says which messages it has not decided about; what it decided about others and told is lost on the way. */
  undecided(front: number, spoolIds: readonly SpoolId[]): void {
    const open = new Set(spoolIds);
    for (const [spoolId, before] of this.#before) {
      if (readSpoolId(spoolId).front === front) before.isLost = !open.has(spoolId);
    }
  }

  /** What a scan process found; a message that is not ours yet waits for its acceptance. */
  inspected(reference: SpoolReference, inspection: Inspection): void {
    const before = this.#before.get(reference.spoolId);
    if (before) {
      before.inspection = inspection;
      before.inspected(inspection);
    }
    if (!this.#isKnown(reference)) return;
    this.#before.delete(reference.spoolId);
    this.#ports.take({ reference, inspection });
  }

  /** A segment is gone, and with it everything that could tell of its messages. */
  forget(segmentFile: string): void {
    this.#seen.delete(segmentFile);
    for (const [spoolId, { reference }] of this.#before) {
      if (reference.segmentFile === segmentFile) this.#before.delete(spoolId);
    }
    this.#gone.add(segmentFile);
    if (this.#gone.size > GONE) this.#gone.delete(this.#gone.values().next().value!);
  }

  #isKnown({ segmentFile, spoolId }: SpoolReference): boolean {
    return this.#seen.get(segmentFile)?.has(spoolId) ?? false;
  }

  /** A message that was looked at before the reply is ours now: it goes on with what was found, or is being found. */
  #goOnWithBefore(reference: SpoolReference): boolean {
    const before = this.#before.get(reference.spoolId);
    if (!before) return false;
    this.#mark(reference);
    if (!before.inspection) return true;
    this.#before.delete(reference.spoolId);
    this.#ports.take({ reference, inspection: before.inspection });
    return true;
  }

  #own(reference: SpoolReference): boolean {
    if (this.hasRoom(reference.tenant)) {
      this.#mark(reference);
      return true;
    }
    this.#ports.skipped(reference.segmentFile, reference.tenant);
    return false;
  }

  #mark(reference: SpoolReference): void {
    const { segmentFile, spoolId, tenant } = reference;
    const seen = this.#seen.get(segmentFile);
    if (seen) seen.add(spoolId);
    else this.#seen.set(segmentFile, new Set([spoolId]));
    this.#ports.ledger.owe(reference);
    this.#underWay.set(tenant, (this.#underWay.get(tenant) ?? 0) + 1);
    this.#underWayInAll += 1;
  }
}
