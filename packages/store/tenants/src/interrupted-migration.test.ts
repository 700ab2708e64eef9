import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { MigrationChangedError, MigrationListError, StoreNewerError } from './errors.ts';
import { Migrations } from './migrate.sqlite.ts';
import type { Migration } from './migration.ts';
import { openSealed } from './open-sealed.sqlite.ts';
import { openTestStores } from './testing.ts';

const one: Migration = { room: 'shelf', version: 1, sql: 'CREATE TABLE book (id INTEGER PRIMARY KEY)' };
const two: Migration = {
  room: 'shelf',
  version: 2,
  sql: 'ALTER TABLE book ADD COLUMN title TEXT; CREATE INDEX book_title ON book (title)',
};
const broken: Migration = { ...two, sql: `${two.sql}; INSERT INTO nowhere VALUES (1)` };
const desk: Migration = { room: 'desk', version: 1, sql: 'CREATE TABLE pen (id INTEGER PRIMARY KEY)' };

test('a migration that stops in the middle leaves nothing behind, and the next start goes on', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sekisho-migrate-'));
  const db = openSealed(join(folder, 'a.db'), Buffer.alloc(32, 7), 256);
  assert.throws(() => new Migrations([one, broken]).apply(db, 'a', 1), /nowhere/);
  assert.equal(new Migrations([one, two, desk]).apply(db, 'a', 2), 2);
  assert.equal(new Migrations([one, two, desk]).apply(db, 'a', 3), 0);
  const ran = db.prepare('SELECT room, version, applied_at AS at FROM sekisho_migration ORDER BY at, room').all();
  assert.deepEqual(
    ran.map((row) => ({ ...(row as object) })),
    [
      { room: 'shelf', version: 1, at: 1 },
      { room: 'desk', version: 1, at: 2 },
      { room: 'shelf', version: 2, at: 2 },
    ],
  );
  db.close();
  await rm(folder, { recursive: true });
});

test('a database newer than the program is refused, naming the version needed', async () => {
  await using newer = await openTestStores([one, two]);
  await newer.stores.read(newer.tenant, async () => 1);
  await using older = await newer.reopen([one]);
  const opening = older.stores.read(older.tenant, async () => 1);
  await assert.rejects(opening, (error: Error) => {
    assert.ok(error instanceof StoreNewerError);
    assert.match(error.message, /room "shelf" is at version 2, this program knows up to 1: it needs Sekisho \d+\./);
    return true;
  });
  await assert.rejects(
    older.stores.transact(older.tenant, 'ingest', async () => 1),
    StoreNewerError,
  );
});

test('a database with a room that the program does not have is refused as newer', async () => {
  await using newer = await openTestStores([one, desk]);
  await newer.stores.read(newer.tenant, async () => 1);
  await using older = await newer.reopen([one]);
  await assert.rejects(
    older.stores.read(older.tenant, async () => 1),
    StoreNewerError,
  );
});

test('a released step that has another text now is refused; another layout is no other text', async () => {
  await using first = await openTestStores([one]);
  await first.stores.read(first.tenant, async () => 1);
  await using indented = await first.reopen([{ ...one, sql: `\n  ${one.sql.replaceAll(' ', '\n ')}` }]);
  assert.equal(await indented.stores.read(indented.tenant, async () => 1), 1);
  await using changed = await indented.reopen([{ ...one, sql: 'CREATE TABLE book (id TEXT PRIMARY KEY)' }]);
  await assert.rejects(
    changed.stores.read(changed.tenant, async () => 1),
    MigrationChangedError,
  );
});

test('Migrations refuses a list that has a gap or a version twice', () => {
  assert.throws(() => new Migrations([two]), MigrationListError);
  assert.throws(() => new Migrations([one, one]), MigrationListError);
});
