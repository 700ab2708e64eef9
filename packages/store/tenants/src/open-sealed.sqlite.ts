import { connect, type SqliteConnection } from './binding.sqlite.ts';
import { StoreUnreadableError } from './errors.ts';

/**
 * Opens (or creates) a database file sealed with AEGIS under a raw 256-bit key. Pages are authenticated: a flipped bit
 * is an error, not another value. The log is never folded into the file by itself, see `checkpoint`.
 */
export function openSealed(path: string, key: Buffer, cacheKib: number): SqliteConnection {
  const db = connect(path);
  try {
    db.pragma("cipher='aegis'");
    db.pragma(`key="raw:${key.toString('hex')}"`);
    db.pragma('journal_mode=WAL');
    db.pragma('wal_autocheckpoint=0');
    db.pragma('journal_size_limit=16777216');
    db.pragma('temp_store=memory');
    db.pragma('foreign_keys=ON');
    db.pragma('trusted_schema=OFF');
    db.pragma(`cache_size=-${cacheKib}`);
    db.pragma('synchronous=FULL');
    db.prepare('SELECT count(*) AS tables FROM sqlite_schema').get();
    return db;
  } catch (cause) {
    db.close();
    if (isUnreadable(cause)) throw new StoreUnreadableError(path, cause);
    throw cause;
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
