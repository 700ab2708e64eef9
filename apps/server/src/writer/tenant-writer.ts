import { join } from 'node:path';
import { rowsForRecovery, replacePlace } from '@sekisho/archive';
import { openPacks, type Packs, type Place } from '@sekisho/packs';
import type { Clock, Log, Random } from '@sekisho/ports';
import {
  BodyDamagedError,
  openSealedBody,
  openSealedStream,
  readSealedBodies,
  type SpoolReference,
} from '@sekisho/spool';
import type { TenantAdmission, TenantStores } from '@sekisho/tenants';
import type { SpoolId, TenantId } from '@sekisho/terms';
import type { Durable } from '../core/checkpoints.ts';
import {
  type IngestAnswer,
  type Inspected,
  prepareInline,
  prepareLarge,
  type Prepared,
  takeBatch,
} from '../message-path.ts';
import type { RecoveryAnswer } from '../processes/writer-messages.ts';

/** Retention class of everything until tenants can name their own. */
const RETENTION_CLASS = 'standard';

export interface TenantWriterOptions {
  readonly stores: TenantStores;
  readonly clock: Clock;
  readonly log: Log;
  readonly random: Random;
  readonly hostName: string;
}

/** What one writer thread does for its tenants: takes batches, compares after a crash, makes durable. */
export class TenantWriter {
  readonly #options: TenantWriterOptions;
  readonly #packs = new Map<TenantId, Packs>();
  readonly #admissions = new Map<TenantId, TenantAdmission>();

  constructor(options: TenantWriterOptions) {
    this.#options = options;
  }

  admit(admission: TenantAdmission): void {
    this.#options.stores.admit(admission);
    this.#admissions.set(admission.tenant, admission);
  }

  async dismiss(tenant: TenantId): Promise<void> {
    await this.#packs.get(tenant)?.close();
    this.#packs.delete(tenant);
    this.#admissions.delete(tenant);
    await this.#options.stores.dismiss(tenant);
  }

  /** Bodies into the pack, then everything about the batch in one transaction. Nothing is synced here. */
  async ingest(tenant: TenantId, messages: readonly Inspected[]): Promise<IngestAnswer> {
    const { stores, log } = this.#options;
    const prepared: Prepared[] = [];
    const damaged: SpoolId[] = [];
    const about = { hostName: this.#options.hostName, tenantKey: stores.tenantKey(tenant) };
    const inline = messages.filter(({ reference }) => reference.bodyKind === 'inline');
    const sealed = readSealedBodies(inline.map(({ reference }) => reference));
    const whole: { message: Inspected; sealed: Buffer }[] = [];
    for (const [at, message] of inline.entries()) {
      try {
        prepared.push(prepareInline(message, openSealedBody(message.reference, sealed[at]!), about));
        whole.push({ message, sealed: sealed[at]! });
      } catch (error) {
        if (!(error instanceof BodyDamagedError)) throw error;
        damaged.push(message.reference.spoolId);
      }
    }
    const packs = this.#packsOf(tenant);
    const places: Place[] = packs.appendAll(
      whole.map((one) => one.sealed),
      RETENTION_CLASS,
    );
    for (const message of messages) {
      if (message.reference.bodyKind !== 'large') continue;
      places.push(packs.adopt(message.reference.bodyFile!, RETENTION_CLASS));
      prepared.push(prepareLarge(message, about));
    }
    for (const spoolId of damaged) log.error('intake.body-damaged', { tenant, spoolId });
    const rows = prepared.map((one, at) => ({ ...one, place: places[at]! }));
    const batch = await stores.transact(tenant, 'ingest', async (tx, state) => {
      await takeBatch(tx, rows, state);
      return state.batch;
    });
    return { batch, settled: rows.map(({ reference }) => reference.spoolId), damaged };
  }

  /**
   * After a crash: for each spooled message, is its row there and does its body open? A row whose body does not open gets
   * the body from the spool again. What has no row is missing and takes the path anew. Bodies that open may lie in
   * memory only, left there by a killed process, so the checkpoint that settles them has to sync them.
   */
  async recover(tenant: TenantId, references: readonly SpoolReference[]): Promise<RecoveryAnswer> {
    const { stores } = this.#options;
    const packs = this.#packsOf(tenant);
    const ids = references.map(({ spoolId }) => spoolId);
    const rows = new Map(
      (await stores.read(tenant, (tx) => rowsForRecovery(tx, ids))).map((row) => [row.spoolId, row.place]),
    );
    const missing: SpoolId[] = [];
    const again: { spoolId: SpoolId; place: Place }[] = [];
    const found = new Set<string>();
    for (const reference of references) {
      const place = rows.get(reference.spoolId);
      if (!place) missing.push(reference.spoolId);
      else if (await bodyOpens(packs, place, reference)) found.add(place.pack);
      else again.push({ spoolId: reference.spoolId, place: copyAgain(packs, reference) });
    }
    packs.resync(found);
    const batch = await stores.transact(tenant, 'ingest', async (tx, state) => {
      for (const { spoolId, place } of again) await replacePlace(tx, spoolId, place);
      return state.batch;
    });
    if (again.length > 0) this.#options.log.warn('recovery.bodies-copied-again', { tenant, messages: again.length });
    const gone = new Set(missing);
    return { batch, missing, settled: ids.filter((id) => !gone.has(id)) };
  }

  /** Packs first, then the database's log, tenant by tenant; a tenant that fails does not keep the others back. */
  async checkpoint(): Promise<Durable> {
    const { stores, log } = this.#options;
    const durable = await Promise.all(
      stores.dirtyTenants().map(async (tenant) => {
        try {
          await stores.syncDurable(tenant, async () => this.#packs.get(tenant)?.sync());
          await stores.checkpointWal(tenant);
        } catch (error) {
          log.error('checkpoint.tenant-failed', { tenant, error: (error as Error).message });
        }
        return { tenant, batch: stores.durableBatch(tenant) };
      }),
    );
    return durable;
  }

  async close(): Promise<void> {
    await this.checkpoint();
    for (const packs of this.#packs.values()) await packs.close();
    await this.#options.stores.close();
  }

  #packsOf(tenant: TenantId): Packs {
    let packs = this.#packs.get(tenant);
    if (!packs) {
      const { folder } = this.#admissions.get(tenant)!;
      packs = openPacks({ folder: join(folder, 'packs'), clock: this.#options.clock, random: this.#options.random });
      this.#packs.set(tenant, packs);
    }
    return packs;
  }
}

async function bodyOpens(packs: Packs, place: Place, reference: SpoolReference): Promise<boolean> {
  try {
    if (reference.bodyKind === 'inline') openSealedBody(reference, packs.read(place));
    else for await (const chunk of openSealedStream(reference, toAsync(packs.readStream(place)))) chunk.fill(0);
    return true;
  } catch {
    return false;
  }
}

async function* toAsync(chunks: Iterable<Buffer>): AsyncIterable<Buffer> {
  yield* chunks;
}

function copyAgain(packs: Packs, reference: SpoolReference): Place {
  if (reference.bodyKind === 'large') return packs.adopt(reference.bodyFile!, RETENTION_CLASS);
  return packs.append(readSealedBodies([reference])[0]!, RETENTION_CLASS);
}
