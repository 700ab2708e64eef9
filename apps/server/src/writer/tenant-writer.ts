import { existsSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { replacePlace, rowsForRecovery } from '@sekisho/archive';
import { openPacks, type Packs, PackReadError, parsePackName, type Place, type RetentionClass } from '@sekisho/packs';
import type { Clock, Log, Random } from '@sekisho/ports';
import { readSealedBody, type SpoolReference } from '@sekisho/spool';
import type { TenantAdmission, TenantStores } from '@sekisho/tenants';
import type { SpoolId, TenantId } from '@sekisho/terms';
import { type Keeping, USUAL_KEEPING } from '../keeping.ts';
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
import { bodyOpens, readWholeBodies } from './spooled-bodies.ts';

/** Packs that nobody has used for so long are closed. */
const IDLE_MS = 60_000;

export interface TenantWriterOptions {
  readonly stores: TenantStores;
  readonly clock: Clock;
  readonly log: Log;
  readonly random: Random;
  readonly hostName: string;
}

/** The bodies of one tenant, and what this run owes them. */
interface TenantBodies {
  readonly folder: string;
  readonly packs: Packs;
  /** Bodies in the packs of which a transaction failed: the next try uses them. */
  readonly placed: Map<SpoolId, Place>;
  /** Packs of a former run that rows found at recovery name: nobody knows whether they were synced. */
  readonly former: Set<string>;
  /** The folder was made by this run, and its name is not synced yet. */
  isNew: boolean;
  usedAt: number;
  /** Batches on their way. */
  underWay: number;
}

/** What one writer thread does for its tenants: takes batches, compares after a crash, makes durable. */
export class TenantWriter {
  readonly #options: TenantWriterOptions;
  readonly #bodies = new Map<TenantId, TenantBodies>();
  readonly #admissions = new Map<TenantId, TenantAdmission>();
  /** Tenants whose last checkpoint failed. */
  readonly #failing = new Set<TenantId>();

  constructor(options: TenantWriterOptions) {
    this.#options = options;
  }

  admit(admission: TenantAdmission): void {
    this.#options.stores.admit(admission);
    this.#admissions.set(admission.tenant, admission);
  }

  async dismiss(tenant: TenantId): Promise<void> {
    const bodies = this.#bodies.get(tenant);
    this.#bodies.delete(tenant);
    this.#admissions.delete(tenant);
    await bodies?.packs.close();
    await this.#options.stores.dismiss(tenant);
  }

  /** Bodies into the pack, then everything about the batch in one transaction. Nothing is synced here. */
  async ingest(
    tenant: TenantId,
    messages: readonly Inspected[],
    keeping: Keeping = USUAL_KEEPING,
  ): Promise<IngestAnswer> {
    const bodies = this.#bodiesOf(tenant);
    bodies.underWay += 1;
    try {
      return await this.#ingest(tenant, messages, keeping, bodies);
    } finally {
      bodies.underWay -= 1;
    }
  }

  /**
   * After a crash: for each spooled message, is its row there and does its body open? A row whose body does not open gets
   * the body from the spool again. What has no row is missing and takes the path anew.
   */
  async recover(tenant: TenantId, references: readonly SpoolReference[]): Promise<RecoveryAnswer> {
    const { stores, log } = this.#options;
    const { packs, former } = this.#bodiesOf(tenant);
    const ids = references.map(({ spoolId }) => spoolId);
    const rows = new Map(
      (await stores.read(tenant, (tx) => rowsForRecovery(tx, ids))).map((row) => [row.spoolId, row.place]),
    );
    const missing: SpoolId[] = [];
    const again: { spoolId: SpoolId; place: Place }[] = [];
    for (const reference of references) {
      const { spoolId } = reference;
      const place = rows.get(spoolId);
      if (!place) missing.push(spoolId);
      else if (await bodyOpens(packs, place, reference)) former.add(place.pack);
      else again.push({ spoolId, place: copyAgain(packs, reference, place) });
    }
    const batch = await stores.transact(tenant, 'ingest', async (tx, state) => {
      for (const { spoolId, place } of again) await replacePlace(tx, spoolId, place);
      return state.batch;
    });
    if (again.length > 0) log.warn('recovery.bodies-copied-again', { tenant, messages: again.length });
    const gone = new Set(missing);
    return { batch, missing, settled: ids.filter((id) => !gone.has(id)) };
  }

  /** Packs first, then the database's log, tenant by tenant; a tenant that fails does not keep the others back. */
  async checkpoint(): Promise<Durable> {
    const { stores } = this.#options;
    return Promise.all(
      stores.dirtyTenants().map(async (tenant) => {
        await this.#makeDurable(tenant);
        return { tenant, batch: stores.durableBatch(tenant) };
      }),
    );
  }

  /** Closes the files of tenants that nobody has asked for lately and that owe nothing. */
  async closeIdle(): Promise<void> {
    const { stores, clock } = this.#options;
    const dirty = new Set(stores.dirtyTenants());
    for (const [tenant, { packs, usedAt, underWay, placed }] of this.#bodies) {
      if (underWay > 0 || placed.size > 0 || dirty.has(tenant) || packs.failure) continue;
      if (clock.monotonic() - usedAt < IDLE_MS) continue;
      this.#bodies.delete(tenant);
      await packs.close();
    }
    await stores.closeIdle();
  }

  async close(): Promise<void> {
    const { stores, log } = this.#options;
    await this.checkpoint();
    for (const [tenant, { packs }] of this.#bodies) {
      await packs.close().catch((error: Error) => log.error('packs.not-closed', { tenant, error: error.message }));
    }
    await stores.close();
  }

  async #ingest(
    tenant: TenantId,
    messages: readonly Inspected[],
    keeping: Keeping,
    bodies: TenantBodies,
  ): Promise<IngestAnswer> {
    const { retentionClass } = keeping;
    const { stores, log, hostName } = this.#options;
    const about = { hostName, tenantKey: stores.tenantKey(tenant) };
    const inline = messages.filter(({ reference }) => reference.bodyKind === 'inline');
    const whole = readWholeBodies(inline, (message, raw) => prepareInline(message, raw, about));
    const prepared: Prepared[] = whole.map(({ made }) => made);
    const places = this.#place(whole, bodies, retentionClass);
    for (const message of messages) {
      if (message.reference.bodyKind !== 'large') continue;
      const place = adopt(message.reference, bodies.packs, retentionClass);
      if (!place) continue;
      places.push(place);
      prepared.push(prepareLarge(message, about));
    }
    const rows = prepared.map((one, at) => ({ ...one, place: places[at]! }));
    const settled = rows.map(({ reference }) => reference.spoolId);
    const known = new Set(settled);
    const damaged = messages.map(({ reference }) => reference.spoolId).filter((spoolId) => !known.has(spoolId));
    for (const spoolId of damaged) log.error('intake.body-damaged', { tenant, spoolId });
    const batch = await stores.transact(tenant, 'ingest', async (tx, state) => {
      await takeBatch(tx, rows, state, keeping);
      return state.batch;
    });
    for (const spoolId of settled) bodies.placed.delete(spoolId);
    return { batch, settled, damaged };
  }

  /** Where the bodies lie: appended now, or at a try before that came to nothing, so that tries do not fill the disk. */
  #place(
    sealed: readonly { readonly spoolId: SpoolId; readonly sealed: Buffer }[],
    { packs, placed }: TenantBodies,
    retentionClass: RetentionClass,
  ): Place[] {
    const fresh = sealed.filter(({ spoolId }) => !placed.has(spoolId));
    const places = packs.appendAll(
      fresh.map((one) => one.sealed),
      retentionClass,
    );
    for (const [at, { spoolId }] of fresh.entries()) placed.set(spoolId, places[at]!);
    return sealed.map(({ spoolId }) => placed.get(spoolId)!);
  }

  async #makeDurable(tenant: TenantId): Promise<void> {
    const { stores, log } = this.#options;
    try {
      await stores.syncDurable(tenant, () => this.#syncBodies(tenant));
      await stores.checkpointWal(tenant);
      this.#failing.delete(tenant);
    } catch (error) {
      if (!this.#failing.has(tenant))
        log.error('checkpoint.tenant-failed', { tenant, error: (error as Error).message });
      this.#failing.add(tenant);
    }
  }

  async #syncBodies(tenant: TenantId): Promise<void> {
    const bodies = this.#bodies.get(tenant);
    if (!bodies) return;
    const { folder, former, packs } = bodies;
    const names = [...former];
    for (const pack of names) await syncFile(join(folder, pack));
    if (names.length > 0) await syncFile(folder);
    for (const pack of names) former.delete(pack);
    await packs.sync();
    if (bodies.isNew) await syncFile(dirname(folder));
    bodies.isNew = false;
  }

  #bodiesOf(tenant: TenantId): TenantBodies {
    const { clock, random } = this.#options;
    let bodies = this.#bodies.get(tenant);
    if (!bodies) {
      const folder = join(this.#admissions.get(tenant)!.folder, 'packs');
      const isNew = !existsSync(folder);
      const packs = openPacks({ folder, clock, random });
      bodies = { folder, packs, placed: new Map(), former: new Set(), isNew, usedAt: 0, underWay: 0 };
      this.#bodies.set(tenant, bodies);
    }
    bodies.usedAt = clock.monotonic();
    return bodies;
  }
}

/** The place of a large body, or `null` when its file is gone. */
function adopt(reference: SpoolReference, packs: Packs, retentionClass: RetentionClass): Place | null {
  try {
    return packs.adopt(reference.bodyFile!, retentionClass);
  } catch (error) {
    if (error instanceof PackReadError) return null;
    throw error;
  }
}

/** The body from the spool once more, under the class that it was kept under. */
function copyAgain(packs: Packs, reference: SpoolReference, { pack }: Place): Place {
  const { retentionClass } = parsePackName(pack) ?? USUAL_KEEPING;
  if (reference.bodyKind === 'large') return packs.adopt(reference.bodyFile!, retentionClass);
  return packs.append(readSealedBody(reference), retentionClass);
}

async function syncFile(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
