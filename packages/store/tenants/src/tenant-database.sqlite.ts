import { existsSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { TenantId } from '@sekisho/terms';
import { StoreForeignError, StoreMissingError } from './errors.ts';
import type { Migrations } from './migrate.sqlite.ts';
import { openSealed } from './open-sealed.sqlite.ts';
import { SqliteStore } from './transaction.sqlite.ts';
import type { Tx } from './tx.ts';

/** Where a tenant's data lies and what opens it. */
export interface TenantAdmission {
  readonly tenant: TenantId;
  /** The tenant's own folder. */
  readonly folder: string;
  /** Counts the database files of the tenant; a file of one generation is never renamed over another. */
  readonly generation: number;
  /** The raw 256-bit key of this generation's file. */
  readonly databaseKey: Buffer;
  /** What the keys of the tenant's bodies are wrapped under. */
  readonly tenantKey: Buffer;
  /** True when the file was made before, so that its absence is a loss and not a beginning. */
  readonly mustExist?: boolean;
}

/** The name of a generation's database file inside the tenant's folder. */
export function databaseFile(generation: number): string {
  return `g${String(generation).padStart(6, '0')}.db`;
}

/** The path of the database file that an admission names. */
export function databasePath(admission: TenantAdmission): string {
  return join(admission.folder, databaseFile(admission.generation));
}

/** The open database of one tenant, with the second descriptor through which its log is synced. */
export class TenantDatabase {
  readonly store: SqliteStore;
  /** The number of the last batch that was committed. */
  lastBatch: number;
  /** When it was last asked for, on the monotonic clock. */
  usedAt = 0;
  /** Syncs under way; while there are any, the file stays open. */
  syncs = 0;
  readonly path: string;
  readonly #folder: string;
  #log: Promise<FileHandle> | null = null;

  /** Opens the file, makes sure that it is this tenant's, and brings its tables forward. */
  constructor(admission: TenantAdmission, migrations: Migrations, cacheKib: number, now: number) {
    this.#folder = admission.folder;
    this.path = databasePath(admission);
    if (admission.mustExist === true && !existsSync(this.path)) throw new StoreMissingError(this.path);
    const db = openSealed(this.path, admission.databaseKey, cacheKib);
    try {
      db.exec('CREATE TABLE IF NOT EXISTS sekisho_meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID');
      const insert = db.prepare('INSERT INTO sekisho_meta (key, value) VALUES (?, ?) ON CONFLICT DO NOTHING');
      const select = db.prepare('SELECT value FROM sekisho_meta WHERE key = ?');
      const meta = (key: string, first: string | number) => {
        const row = select.get(key) as { value: string | number } | undefined;
        if (row === undefined) insert.run(key, first);
        return row?.value ?? first;
      };
      const found = String(meta('tenant', admission.tenant));
      if (found !== admission.tenant) throw new StoreForeignError(this.path, admission.tenant, found);
      this.lastBatch = Number(meta('batch', 0));
      migrations.apply(db, `the database of tenant "${admission.tenant}"`, now);
      this.store = new SqliteStore(db);
    } catch (error) {
      db.close();
      throw error;
    }
  }

  /** One batch: what the function does and the batch's number are one transaction, committed without a sync. */
  async ingest<A>(take: (tx: Tx, batch: number) => Promise<A>): Promise<A> {
    const batch = this.lastBatch + 1;
    const answer = await this.store.transact('ingest', async (tx) => {
      await tx.run("UPDATE sekisho_meta SET value = ? WHERE key = 'batch'", batch);
      return take(tx, batch);
    });
    this.lastBatch = batch;
    return answer;
  }

  /** Brings everything committed so far to the disk, off this thread. */
  async syncLog(): Promise<void> {
    this.syncs += 1;
    try {
      this.#log ??= openLog(this.path, this.#folder);
      await (await this.#log).datasync();
    } catch (error) {
      this.#log = null;
      throw error;
    } finally {
      this.syncs -= 1;
    }
  }

  /** Folds the log into the file and closes both. */
  async close(): Promise<void> {
    this.store.close();
    await (await this.#log)?.close();
  }
}

/** A log is a new name in its folder after each opening of the database, so the folder is synced with it. */
async function openLog(path: string, folder: string): Promise<FileHandle> {
  await syncFolder(folder);
  return open(`${path}-wal`, 'r+');
}

/** Makes the names in a folder durable. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Makes the log of a database that is closed durable; without a log, SQLite synced all of it into the file. */
export async function syncClosedLog(admission: TenantAdmission): Promise<void> {
  const path = databasePath(admission);
  if (!existsSync(`${path}-wal`)) return;
  const handle = await openLog(path, admission.folder);
  try {
    await handle.datasync();
  } finally {
    await handle.close();
  }
}
