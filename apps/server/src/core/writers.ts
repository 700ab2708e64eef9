import { Worker } from 'node:worker_threads';
import type { Log } from '@sekisho/ports';
import { type Dispatch, dispatchThere, type TenantAdmission } from '@sekisho/tenants';
import type { TenantId } from '@sekisho/terms';
import { Caller, isAnswer, type Question } from '../links/calls.ts';
import type { Keeping } from '../keeping.ts';
import type { IngestAnswer, Inspected } from '../message-path.ts';
import type { TenantRooms } from '../rooms.ts';
import type { RecoveryAnswer, WriterBoot, WriterQuestion } from '../processes/writer-messages.ts';
import { post, unpack } from '../links/post.ts';
import type { Durable } from './checkpoints.ts';

/** How long whoever asks a room's command waits; what the house asks for itself has no end, because the outcome counts. */
const DEADLINE_MS = 60_000;
const ENTRY = new URL('../processes/writer.ts', import.meta.url);

/**
 * The writer threads: the only places where tenants' databases are open. A tenant always has the same one. A thread
 * that dies takes the process with it, because its tenants' files may only be opened once the other is surely gone.
 */
export class Writers {
  readonly count: number;
  readonly #workers: Worker[] = [];
  readonly #callers: Caller[] = [];
  readonly #admitted = new Set<TenantId>();
  #isClosed = false;
  readonly #admission: (tenant: TenantId) => Promise<TenantAdmission>;
  /** Commands of rooms, by name, inside the tenant's own writer. */
  readonly dispatch: Dispatch<TenantRooms>;

  constructor(count: number, boot: WriterBoot, admission: (tenant: TenantId) => Promise<TenantAdmission>, log: Log) {
    this.count = count;
    this.#admission = admission;
    for (let i = 0; i < count; i++) this.#start(boot, log);
    this.dispatch = dispatchThere<TenantRooms>(async (message) => {
      await this.#admit(message.tenant);
      return this.#ask(message.tenant, { what: 'dispatch', message });
    });
  }

  /** Which writer a tenant is pinned to. */
  writerOf(tenant: TenantId): number {
    let hash = 0;
    for (let i = 0; i < tenant.length; i++) hash = (Math.imul(hash, 31) + tenant.charCodeAt(i)) >>> 0;
    return hash % this.count;
  }

  /** Commits a batch of messages in one transaction. */
  async ingest(tenant: TenantId, messages: readonly Inspected[], keeping: Keeping): Promise<IngestAnswer> {
    await this.#admit(tenant);
    return this.#ask(tenant, { what: 'ingest', tenant, messages, keeping }, null);
  }

  /** Compares spooled messages with their rows; bodies that do not open are copied again. */
  async recover(tenant: TenantId, references: readonly Inspected['reference'][]): Promise<RecoveryAnswer> {
    await this.#admit(tenant);
    return this.#ask(tenant, { what: 'recover', tenant, references }, null);
  }

  /** Makes everything committed so far durable, in all writers. */
  async checkpoint(): Promise<Durable> {
    const parts = await Promise.all(
      this.#callers.map((caller) => caller.call<Durable>({ what: 'checkpoint' } satisfies WriterQuestion, null)),
    );
    return parts.flat();
  }

  /** Forgets a tenant's keys in its writer. */
  async dismiss(tenant: TenantId): Promise<void> {
    if (this.#admitted.delete(tenant)) await this.#ask(tenant, { what: 'dismiss', tenant });
  }

  async close(): Promise<void> {
    await Promise.all(this.#callers.map((caller) => caller.call({ what: 'close' } satisfies WriterQuestion, null)));
    this.#isClosed = true;
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }

  #start(boot: WriterBoot, log: Log): void {
    const worker = new Worker(ENTRY, { workerData: boot });
    const caller = new Caller((question: Question) => post(worker, question), DEADLINE_MS);
    worker.on('message', (octets: Uint8Array) => {
      const message = unpack(octets);
      if (isAnswer(message)) caller.take(message);
    });
    worker.on('error', (error: Error) => {
      log.error('writer.died', { error: error.message, stack: error.stack });
      process.exit(1);
    });
    worker.on('exit', (code) => {
      if (this.#isClosed) return;
      log.error('writer.died', { code });
      process.exit(1);
    });
    this.#workers.push(worker);
    this.#callers.push(caller);
  }

  async #admit(tenant: TenantId): Promise<void> {
    if (this.#admitted.has(tenant)) return;
    const admission = await this.#admission(tenant);
    if (this.#admitted.has(tenant)) return;
    this.#admitted.add(tenant);
    await this.#ask(tenant, { what: 'admit', admission });
  }

  #ask<Value>(tenant: TenantId, question: WriterQuestion, deadlineMs: number | null = DEADLINE_MS): Promise<Value> {
    return this.#callers[this.writerOf(tenant)]!.call<Value>(question, deadlineMs);
  }
}
