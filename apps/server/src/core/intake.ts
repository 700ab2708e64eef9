import type { Inspection } from '@sekisho/inspection';
import type { Log, Meter } from '@sekisho/ports';
import type { SegmentLedger } from '@sekisho/spool';
import type { TenantId } from '@sekisho/terms';
import type { IngestAnswer, Inspected } from '../message-path.ts';
import { Turns } from './turns.ts';

export interface IntakeLimits {
  /** Messages in one ingest transaction. */
  readonly rowsPerBatch: number;
  /** Characters of index words in one ingest transaction. */
  readonly wordsPerBatch: number;
  /** Ingest transactions that one writer has before it at a time. */
  readonly batchesPerWriter: number;
  /** Waits before what could not be committed is tried again: the first, doubled each time up to the longest. */
  readonly retryMs: number;
  readonly longestRetryMs: number;
  /** After so many failures in a row, of batches or of single messages, it is the tenant that waits. */
  readonly failuresInRow: number;
  /** Octets of inspected messages above which no more of a tenant's are wanted; of all tenants' together. */
  readonly octetsPerTenant: number;
  readonly octetsInAll: number;
  /** So many octets of a tenant are taken however much others have. */
  readonly octetsAlways: number;
}

const MIB = 1024 * 1024;

export const INTAKE_LIMITS: IntakeLimits = {
  rowsPerBatch: 50,
  wordsPerBatch: 256 * 1024,
  batchesPerWriter: 2,
  retryMs: 1000,
  longestRetryMs: 60_000,
  failuresInRow: 3,
  octetsPerTenant: 8 * MIB,
  octetsInAll: 64 * MIB,
  octetsAlways: MIB / 2,
};

export interface IntakePorts {
  readonly log: Log;
  readonly meter: Meter;
  readonly ledger: SegmentLedger;
  readonly writers: number;
  writerOf(tenant: TenantId): number;
  ingest(tenant: TenantId, messages: readonly Inspected[]): Promise<IngestAnswer>;
  /** So many messages need nothing more; a checkpoint can follow. */
  committed(tenant: TenantId, messages: number): void;
}

interface Waiting {
  readonly message: Inspected;
  readonly words: number;
  readonly octets: number;
  /** How often it could not be committed: once is enough to go alone. */
  tries: number;
}

/** A tenant whose database takes nothing now. */
interface Paused {
  readonly waiting: Waiting[];
  waitMs: number;
  /** One of them will be tried. */
  isTimed: boolean;
}

/**
 * Brings inspected messages into their tenants' databases: tenants in turn, a batch at a time. A batch that cannot be
 * committed is tried again message by message, so that a bad one holds up nobody but itself; a tenant whose database
 * takes nothing waits, trying one message now and then.
 */
export class Intake {
  readonly #ports: IntakePorts;
  readonly #limits: IntakeLimits;
  readonly #ready: Turns<TenantId, Waiting>[];
  readonly #underWay: number[];
  readonly #octets = new Map<TenantId, number>();
  readonly #failures = new Map<TenantId, number>();
  readonly #paused = new Map<TenantId, Paused>();
  #octetsInAll = 0;

  constructor(ports: IntakePorts, limits: IntakeLimits = INTAKE_LIMITS) {
    this.#ports = ports;
    this.#limits = limits;
    this.#ready = Array.from({ length: ports.writers }, () => new Turns());
    this.#underWay = Array.from({ length: ports.writers }, () => 0);
  }

  /** Messages that are inspected and not yet given to a writer, without those that wait for another try. */
  get backlog(): number {
    return this.#ready.reduce((sum, turns) => sum + turns.size, 0);
  }

  /** Tenants whose databases take nothing now. */
  get pausedTenants(): number {
    return this.#paused.size;
  }

  /** True while nothing waits for a writer or is with one. */
  get isIdle(): boolean {
    return this.backlog === 0 && this.#underWay.every((count) => count === 0);
  }

  /** True while enough of the tenant's messages wait here with all that was found in them. */
  isFull(tenant: TenantId): boolean {
    const { octetsPerTenant, octetsInAll, octetsAlways } = this.#limits;
    const own = this.#octets.get(tenant) ?? 0;
    return own > octetsPerTenant || (own > octetsAlways && this.#octetsInAll > octetsInAll);
  }

  offer(message: Inspected): void {
    const { tenant } = message.reference;
    const words = wordsOf(message.inspection);
    const octets = 2 * words + message.inspection.tree.length + 2048;
    this.#count(tenant, octets);
    const one: Waiting = { message, words, octets, tries: 0 };
    const paused = this.#paused.get(tenant);
    if (paused) paused.waiting.push(one);
    else this.#enter(one);
  }

  #enter(one: Waiting): void {
    const { tenant } = one.message.reference;
    const writer = this.#ports.writerOf(tenant);
    this.#ready[writer]!.push(tenant, one);
    if (this.#underWay[writer] === 0) setImmediate(() => this.#pump(writer));
  }

  #pump(writer: number): void {
    const turns = this.#ready[writer]!;
    while (this.#underWay[writer]! < this.#limits.batchesPerWriter && turns.size > 0) {
      let words = 0;
      let isAlone = false;
      const run = turns.shiftRun((one, taken) => {
        if (isAlone || (taken > 0 && one.tries > 0)) return false;
        isAlone = one.tries > 0;
        words += one.words;
        return taken === 0 || (taken < this.#limits.rowsPerBatch && words <= this.#limits.wordsPerBatch);
      })!;
      this.#underWay[writer]! += 1;
      void this.#ingest(writer, run.key, run.pieces);
    }
  }

  async #ingest(writer: number, tenant: TenantId, batch: readonly Waiting[]): Promise<void> {
    try {
      const messages = batch.map(({ message }) => message);
      this.#settled(tenant, batch, await this.#ports.ingest(tenant, messages));
    } catch (error) {
      this.#failed(tenant, batch, error as Error);
    } finally {
      this.#underWay[writer]! -= 1;
      this.#pump(writer);
    }
  }

  #settled(tenant: TenantId, taken: readonly Waiting[], { batch, settled }: IngestAnswer): void {
    const { ledger, meter, committed } = this.#ports;
    meter.count('sekisho_ingest_transactions_total');
    meter.count('sekisho_ingest_messages_total', {}, settled.length);
    for (const spoolId of settled) ledger.committed(spoolId, tenant, batch);
    for (const { octets } of taken) this.#count(tenant, -octets);
    this.#failures.delete(tenant);
    this.#resume(tenant);
    committed(tenant, taken.length);
  }

  #failed(tenant: TenantId, batch: readonly Waiting[], error: Error): void {
    const { log } = this.#ports;
    log.error('intake.failed', { tenant, messages: batch.length, error: error.message });
    for (const one of batch) one.tries += 1;
    const failures = (this.#failures.get(tenant) ?? 0) + 1;
    this.#failures.set(tenant, failures);
    if (failures >= this.#limits.failuresInRow) this.#pause(tenant, batch);
    else if (batch.length > 1) for (const one of batch) this.#again(one);
    else this.#later(this.#retryMs(batch[0]!.tries), () => this.#again(batch[0]!));
  }

  /** Its tenant may have been paused meanwhile. */
  #again(one: Waiting): void {
    const paused = this.#paused.get(one.message.reference.tenant);
    if (paused) paused.waiting.push(one);
    else this.#enter(one);
  }

  /** All of the tenant's messages wait; after a while one of them is tried, and when it passes all the others are. */
  #pause(tenant: TenantId, failed: readonly Waiting[]): void {
    const { retryMs, longestRetryMs } = this.#limits;
    const known = this.#paused.get(tenant);
    const paused = known ?? { waiting: [], waitMs: retryMs, isTimed: false };
    this.#paused.set(tenant, paused);
    paused.waiting.push(...this.#ready[this.#ports.writerOf(tenant)]!.remove(tenant), ...failed);
    if (paused.isTimed) return;
    if (known) paused.waitMs = Math.min(2 * paused.waitMs, longestRetryMs);
    this.#ports.log.error('intake.tenant-waits', { tenant, messages: paused.waiting.length, forMs: paused.waitMs });
    paused.isTimed = true;
    this.#later(paused.waitMs, () => {
      paused.isTimed = false;
      if (this.#paused.get(tenant) === paused) this.#enter(paused.waiting.shift()!);
    });
  }

  #resume(tenant: TenantId): void {
    const paused = this.#paused.get(tenant);
    if (!paused) return;
    this.#paused.delete(tenant);
    for (const one of paused.waiting) this.#enter(one);
  }

  #retryMs(tries: number): number {
    return Math.min(this.#limits.retryMs * 2 ** Math.max(0, Math.min(tries - 2, 20)), this.#limits.longestRetryMs);
  }

  #later(ms: number, work: () => void): void {
    setTimeout(work, ms).unref();
  }

  #count(tenant: TenantId, octets: number): void {
    const own = (this.#octets.get(tenant) ?? 0) + octets;
    if (own > 0) this.#octets.set(tenant, own);
    else this.#octets.delete(tenant);
    this.#octetsInAll += octets;
  }
}

const wordsOf = ({ words }: Inspection) => Object.values(words).reduce((sum, text) => sum + text.length, 0);
