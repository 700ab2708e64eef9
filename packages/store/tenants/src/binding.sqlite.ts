import { createRequire } from 'node:module';
import { SqliteTooOldError } from './errors.ts';
import type { SqlValue } from './tx.ts';

/** A prepared statement of the driver; the part that is used here. */
export interface SqliteStatement {
  /** True when it gives rows. */
  readonly reader: boolean;
  /** True when it changes nothing in the database. */
  readonly readonly: boolean;
  get(...values: SqlValue[]): unknown;
  all(...values: SqlValue[]): unknown[];
  run(...values: SqlValue[]): { readonly changes: number; readonly lastInsertRowid: number | bigint };
}

/**
 * A connection of the driver; the part that may be used here. `serialize` (gives plaintext), `backup` (fails on sealed
 * files) and `rekey` (destroys a database in WAL mode) are left out on purpose.
 */
export interface SqliteConnection {
  readonly inTransaction: boolean;
  prepare(sql: string): SqliteStatement;
  exec(sql: string): unknown;
  pragma(pragma: string, options?: { readonly simple: boolean }): unknown;
  close(): unknown;
}

type Connect = new (
  path: string,
  options: { readonly timeout: number; readonly fileMustExist?: boolean },
) => SqliteConnection;

const Connection = createRequire(import.meta.url)('better-sqlite3-multiple-ciphers') as Connect;

/** The first version whose write-ahead log cannot be corrupted by a checkpoint that meets a writer; 3.52.0 was withdrawn. */
export const SQLITE_NEEDED = '3.51.3';
const WITHDRAWN = '3.52.0';

const number = (version: string) => version.split('.').reduce((sum, part) => sum * 1000 + Number(part), 0);

/** True when databases may be trusted to this version of SQLite. */
export function isSqliteGoodEnough(version: string): boolean {
  return number(version) >= number(SQLITE_NEEDED) && version !== WITHDRAWN;
}

let version: string | undefined;

/** The version of SQLite in use; throws when it is one that may lose data. */
export function sqliteVersion(): string {
  if (version === undefined) {
    const db = new Connection(':memory:', { timeout: 0 });
    version = (db.prepare('SELECT sqlite_version() AS version').get() as { version: string }).version;
    db.close();
  }
  if (!isSqliteGoodEnough(version)) throw new SqliteTooOldError(version, SQLITE_NEEDED);
  return version;
}

/** Opens a file without any setting. Another process that holds it is an error at once, never a wait. */
export function connect(path: string): SqliteConnection {
  sqliteVersion();
  return new Connection(path, { timeout: 0 });
}
