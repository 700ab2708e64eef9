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
  /** Wait before a message that could not be committed is tried again, in milliseconds. */
  readonly retryMs: number;
}

export const INTAKE_LIMITS: IntakeLimits = {
  rowsPerBatch: 50,
  wordsPerBatch: 256 * 1024,
  batchesPerWriter: 2,
  retryMs: 1000,
};

export interface IntakePorts {
  readonly log: Log;
  readonly meter: Meter;
  readonly ledger: SegmentLedger;
  readonly writers: number;
  writerOf(tenant: TenantId): number;
  ingest(tenant: TenantId, messages: readonly Inspected[]): Promise<IngestAnswer>;
  /** Called when a batch was committed, so that a checkpoint can follow. */
  committed(tenant: TenantId): void;
}

const wordsOf = ({ words }: Inspection) => Object.values(words).reduce((sum, text) => sum + text.length, 0);

/**
 * Brings inspected messages into their tenants' databases: tenants in turn, a batch at a time. A batch that cannot be
 * committed is tried again message by message, so that a bad one holds up nobody but itself.
 */
export class Intake {
  readonly #ports: IntakePorts;
  readonly #limits: IntakeLimits;
  readonly #ready: Turns<TenantId, Inspected>[];
  readonly #underWay: number[];
  readonly #alone = new WeakSet<Inspected>();

  constructor(ports: IntakePorts, limits: IntakeLimits = INTAKE_LIMITS) {
    this.#ports = ports;
    this.#limits = limits;
    this.#ready = Array.from({ length: ports.writers }, () => new Turns());
    this.#underWay = Array.from({ length: ports.writers }, () => 0);
  }

  /** Messages that are inspected and not yet given to a writer. */
  get backlog(): number {
    return this.#ready.reduce((sum, turns) => sum + turns.size, 0);
  }

  /** True while nothing waits for a writer or is with one. */
  get isIdle(): boolean {
    return this.backlog === 0 && this.#underWay.every((count) => count === 0);
  }

  offer(message: Inspected): void {
    const { tenant } = message.reference;
    const writer = this.#ports.writerOf(tenant);
    this.#ready[writer]!.push(tenant, message);
    if (this.#underWay[writer] === 0) setImmediate(() => this.#pump(writer));
  }

  #pump(writer: number): void {
    const turns = this.#ready[writer]!;
    while (this.#underWay[writer]! < this.#limits.batchesPerWriter && turns.size > 0) {
      let words = 0;
      let isAlone = false;
      const run = turns.shiftRun((message, taken) => {
        if (isAlone || (taken > 0 && this.#alone.has(message))) return false;
        isAlone = this.#alone.has(message);
        words += wordsOf(message.inspection);
        return taken === 0 || (taken < this.#limits.rowsPerBatch && words <= this.#limits.wordsPerBatch);
      })!;
      this.#underWay[writer]! += 1;
      void this.#ingest(writer, run.key, run.pieces);
    }
  }

  async #ingest(writer: number, tenant: TenantId, messages: readonly Inspected[]): Promise<void> {
    const { ledger, log, meter, ingest, committed } = this.#ports;
    try {
      const { batch, settled } = await ingest(tenant, messages);
      meter.count('sekisho_ingest_transactions_total');
      meter.count('sekisho_ingest_messages_total', {}, settled.length);
      for (const spoolId of settled) ledger.committed(spoolId, tenant, batch);
      committed(tenant);
    } catch (error) {
      log.error('intake.failed', { tenant, messages: messages.length, error: (error as Error).message });
      const again = () => messages.forEach((message) => void this.offer(message));
      const isFirst = messages.length > 1;
      for (const message of messages) this.#alone.add(message);
      setTimeout(again, isFirst ? 0 : this.#limits.retryMs).unref();
    } finally {
      this.#underWay[writer]! -= 1;
      this.#pump(writer);
    }
  }
}
