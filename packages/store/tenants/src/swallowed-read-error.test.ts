import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readlinkSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { StoreUnreadableError } from './errors.ts';
import { openSealed } from './open-sealed.sqlite.ts';

const UNREADABLE = '/proc/self/mem';

test('openSealed() refuses a database whose log cannot be read, and leaves the log as it is', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sekisho-log-'));
  const path = join(folder, 'g000001.db');
  const key = randomBytes(32);
  const db = openSealed(path, key, 1024);
  db.exec('CREATE TABLE kept (n INTEGER)');
  db.close();
  symlinkSync(UNREADABLE, `${path}-wal`);
  assert.throws(
    () => openSealed(path, key, 1024),
    (error) => error instanceof StoreUnreadableError && (error.cause as NodeJS.ErrnoException).code === 'EIO',
  );
  assert.equal(readlinkSync(`${path}-wal`), UNREADABLE);
  rmSync(`${path}-wal`);
  const again = openSealed(path, key, 1024);
  assert.deepEqual(again.prepare('SELECT count(*) AS n FROM kept').all(), [{ n: 0 }]);
  again.close();
  rmSync(folder, { recursive: true });
});
