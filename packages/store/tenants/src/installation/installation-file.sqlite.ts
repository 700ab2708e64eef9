import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '@sekisho/ports';
import type { TenantId } from '@sekisho/terms';
import type { SqliteConnection } from '../binding.sqlite.ts';
import { StoreMissingError, StoreUnreadableError } from '../errors.ts';
import { Migrations } from '../migrate.sqlite.ts';
import { openSealed } from '../open-sealed.sqlite.ts';
import { databaseFile, syncFolder } from '../tenant-database.sqlite.ts';
import type { SqlValue } from '../tx.ts';
import type { InstallationVault } from './installation-vault.ts';
import { installationMigrations } from './migrations.ts';

const CACHE_KIB = 1024;
const NAME = /^g(\d{6})\.db$/;

/** The installation's database of one generation, open. */
export interface InstallationFile {
  readonly db: SqliteConnection;
  readonly generation: number;
}

/** Where the installation lies, and what opens it. */
export interface InstallationFileOptions {
  /** Where the installation's own database lies. */
  readonly folder: string;
  /** Where the tenants' folders lie. */
  readonly tenantsFolder: string;
  readonly vault: InstallationVault;
  /** Vaults of root keys from before a rotation: with them one that was interrupted is finished. */
  readonly former?: readonly InstallationVault[];
  readonly clock: Clock;
}

/**
 * Opens the generation that the root key, or else a former one, opens; makes the first one when nothing is there at
 * all. Where tenants are, an absent file is a loss and never made anew.
 */
export async function openFile(
  options: InstallationFileOptions,
): Promise<{ readonly file: InstallationFile; readonly vault: InstallationVault }> {
  const { folder, tenantsFolder, vault, former = [], clock } = options;
  for (const one of [vault, ...former]) {
    const file = openNewest(folder, one.installationDatabaseKey(), clock.now());
    if (file !== null) return { file, vault: one };
  }
  const [newest] = generationsIn(folder);
  const path = join(folder, databaseFile(newest ?? 1));
  if (newest !== undefined) throw new StoreUnreadableError(path, new Error('no root key opens it'));
  if (readdirSync(tenantsFolder).length > 0) throw new StoreMissingError(path);
  const db = migrated(openSealed(path, vault.installationDatabaseKey(), CACHE_KIB), clock.now());
  await syncFolder(folder);
  return { file: { db, generation: 1 }, vault };
}

/** The generations that lie in a folder, the newest first. */
function generationsIn(folder: string): number[] {
  const found = readdirSync(folder).flatMap((name) => NAME.exec(name)?.[1] ?? []);
  return found.map(Number).sort((a, b) => b - a);
}

/** Opens the newest generation that this key opens and that is whole; `null` when there is none. */
function openNewest(folder: string, key: Buffer, now: number): InstallationFile | null {
  const generations = generationsIn(folder);
  for (const generation of generations) {
    const db = openOrNull(join(folder, databaseFile(generation)), key);
    if (db === null) continue;
    if (generations.length > 1 && !isWhole(db)) {
      db.close();
      continue;
    }
    return { db: migrated(db, now), generation };
  }
  return null;
}

/** Removes all generations but one: what a rotation that was interrupted has left. */
export function removeOthers(folder: string, kept: number): void {
  for (const generation of generationsIn(folder).filter((one) => one !== kept)) removeGeneration(folder, generation);
}

/**
 * Writes the next generation under another key, with every tenant's key wrapped anew, in one transaction. A page is
 * never changed in place (`rekey` destroys a database in WAL mode), so a stop at any moment leaves a whole generation.
 */
export async function copyToNext(
  folder: string,
  from: InstallationFile,
  key: Buffer,
  rewrap: (tenant: TenantId, wrapped: Buffer) => Buffer,
): Promise<InstallationFile> {
  const generation = from.generation + 1;
  removeGeneration(folder, generation);
  const db = openSealed(join(folder, databaseFile(generation)), key, CACHE_KIB);
  try {
    db.exec('BEGIN IMMEDIATE; PRAGMA defer_foreign_keys=ON');
    copyRows(from.db, db);
    const update = db.prepare('UPDATE tenant SET wrapped_key = ? WHERE id = ?');
    for (const row of db.prepare('SELECT id, wrapped_key FROM tenant').all() as TenantKeyRow[])
      update.run(rewrap(row.id, row.wrapped_key), row.id);
    db.exec('COMMIT');
    await syncFolder(folder);
    return { db, generation };
  } catch (error) {
    db.close();
    removeGeneration(folder, generation);
    throw error;
  }
}

interface TenantKeyRow {
  readonly id: TenantId;
  readonly wrapped_key: Buffer;
}

function copyRows(from: SqliteConnection, to: SqliteConnection): void {
  const sql =
    "SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY rowid";
  for (const made of from.prepare(sql).all() as { type: string; name: string; sql: string }[]) {
    to.exec(made.sql);
    if (made.type !== 'table') continue;
    let insert: ReturnType<SqliteConnection['prepare']> | undefined;
    for (const row of from.prepare(`SELECT * FROM "${made.name}"`).all() as Record<string, SqlValue>[]) {
      const columns = Object.keys(row);
      insert ??= to.prepare(
        `INSERT INTO "${made.name}" (${columns.map((name) => `"${name}"`)}) VALUES (${columns.map(() => '?')})`,
      );
      insert.run(...Object.values(row));
    }
  }
}

/** The rows of a generation come with its tables in one transaction, so one table tells of all. */
function isWhole(db: SqliteConnection): boolean {
  return db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'installation_meta'").get() !== undefined;
}

function migrated(db: SqliteConnection, now: number): SqliteConnection {
  try {
    new Migrations(installationMigrations).apply(db, 'the database of the installation', now);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

function openOrNull(path: string, key: Buffer): SqliteConnection | null {
  try {
    return openSealed(path, key, CACHE_KIB);
  } catch (error) {
    if (error instanceof StoreUnreadableError) return null;
    throw error;
  }
}

function removeGeneration(folder: string, generation: number): void {
  const path = join(folder, databaseFile(generation));
  for (const file of [path, `${path}-wal`, `${path}-journal`]) if (existsSync(file)) rmSync(file);
}
