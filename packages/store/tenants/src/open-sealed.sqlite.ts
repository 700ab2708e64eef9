import { closeSync, openSync, readSync } from 'node:fs';
import { connect, type SqliteConnection } from './binding.sqlite.ts';
import { StoreInUseError, StoreUnreadableError } from './errors.ts';

/**
 * Opens (or creates) a database file sealed with AEGIS under a raw 256-bit key. Pages are authenticated: a flipped bit
 * is an error, not another value. The connection is the only one: it holds the file's lock until it closes, so that no
 * second writer, backup tool or other SQLite library gets in. The log is never folded into the file by itself.
 */
export function openSealed(path: string, key: Buffer, cacheKib: number): SqliteConnection {
  readLogThrough(path);
  const db = connect(path);
  try {
    db.exec("PRAGMA cipher='aegis'");
    db.exec(`PRAGMA key="raw:${key.toString('hex')}"`);
    db.exec(`
      PRAGMA locking_mode=EXCLUSIVE;
      PRAGMA journal_mode=WAL;
      PRAGMA wal_autocheckpoint=0;
      PRAGMA journal_size_limit=67108864;
      PRAGMA temp_store=memory;
      PRAGMA foreign_keys=ON;
      PRAGMA trusted_schema=OFF;
      PRAGMA synchronous=FULL;
      PRAGMA cache_size=-${cacheKib};
      SELECT count(*) FROM sqlite_schema;
      PRAGMA shrink_memory`);
    return db;
  } catch (cause) {
    db.close();
    if (codeOf(cause) === 'SQLITE_BUSY') throw new StoreInUseError(path, cause);
    if (isUnreadable(cause)) throw new StoreUnreadableError(path, cause);
    throw cause;
  }
}

const READ_OCTETS = 1024 * 1024;

/**
 * Reads the log once before SQLite does. The cipher layer takes a failed read of it for octets (mcIoRead in SQLite3
 * Multiple Ciphers 2.4.0), so that recovery would end at a bad place as if the log ended there, and give up for good
 * what was committed behind it.
 */
function readLogThrough(path: string): void {
  let fd: number | undefined;
  try {
    fd = openSync(`${path}-wal`, 'r');
    const octets = Buffer.allocUnsafe(READ_OCTETS);
    while (readSync(fd, octets) > 0);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw new StoreUnreadableError(path, cause);
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

const codeOf = (error: unknown): string => String((error as { readonly code?: unknown } | null)?.code ?? '');

/** True when the file is no database under this key, a page of it was changed by somebody else, or the disk fails. */
export function isUnreadable(error: unknown): boolean {
  return /^SQLITE_(NOTADB|CORRUPT|IOERR)/.test(codeOf(error));
}

/** True when a page does not bear the mark of its key: nothing may be written beside it. */
export function isDamaged(error: unknown): boolean {
  return /^SQLITE_CORRUPT/.test(codeOf(error));
}

/** True when a write failed because the volume is full. */
export function isDiskFull(error: unknown): boolean {
  return /^(SQLITE_FULL|SQLITE_IOERR_SHMSIZE|ENOSPC)$/.test(codeOf(error));
}

/** True when a write or a sync failed in a way after which nobody knows what is on the disk. */
export function isWriteFailure(error: unknown): boolean {
  return /^SQLITE_IOERR_(WRITE|FSYNC|DIR_FSYNC|TRUNCATE|CLOSE)$/.test(codeOf(error));
}
