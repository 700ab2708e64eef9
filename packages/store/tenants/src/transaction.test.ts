import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { ForeignAwaitError, StatementRefusedError, TransactionOverError } from './errors.ts';
import type { Migration } from './migration.ts';
import { openSealed } from './open-sealed.sqlite.ts';
import { openTestStores } from './testing.ts';
import { SqliteStore } from './transaction.sqlite.ts';
import type { Tx } from './tx.ts';

const migrations: Migration[] = [
  { room: 'shelf', version: 1, sql: 'CREATE TABLE book (id INTEGER PRIMARY KEY, title TEXT NOT NULL UNIQUE)' },
];
const add = (title: string) => (tx: Tx) => tx.run('INSERT INTO book (title) VALUES (?)', title);
const titles = async (tx: Tx) =>
  (await tx.all<{ title: string }>('SELECT title FROM book ORDER BY id')).map((row) => row.title);

test('transact() keeps all of a transaction or nothing of it', async () => {
  await using house = await openTestStores(migrations);
  const { stores, tenant } = house;
  assert.deepEqual(await stores.transact(tenant, 'full', add('a')), { changes: 1, lastId: 1 });
  const failing = stores.transact(tenant, 'full', async (tx) => {
    await add('b')(tx);
    throw new Error('no');
  });
  await assert.rejects(failing, /^Error: no$/);
  assert.deepEqual(await stores.read(tenant, titles), ['a']);
  const answer = await stores.transact(tenant, 'ingest', (tx) =>
    tx.one<{ id: number }>('INSERT INTO book (title) VALUES (?) RETURNING id', 'c'),
  );
  assert.deepEqual({ ...answer }, { id: 2 });
});

test('transact() syncs each commit of class full and none of class ingest', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sekisho-transaction-'));
  const store = new SqliteStore(openSealed(join(folder, 'a.db'), Buffer.alloc(32, 1), 256));
  const levels: unknown[] = [];
  for (const durability of ['ingest', 'ingest', 'full', 'ingest', 'full', 'full'] as const)
    await store.transact(durability, async () => levels.push(store.db.pragma('synchronous', { simple: true })));
  assert.deepEqual(levels, [1, 1, 2, 1, 2, 2]);
  store.close();
  await rm(folder, { recursive: true });
});

test('transact() refuses and rolls back a function that awaits something else than its view', async () => {
  await using house = await openTestStores(migrations);
  const { stores, tenant } = house;
  let late: unknown;
  const wandering = stores.transact(tenant, 'full', async (tx) => {
    await add('lost')(tx);
    await sleep(5);
    await add('too late')(tx).catch((error: unknown) => {
      late = error;
    });
  });
  await assert.rejects(wandering, ForeignAwaitError);
  const foreign: (() => Promise<unknown>)[] = [
    () => sleep(0),
    () => new Promise((resolve) => setImmediate(resolve)),
    () => new Promise((resolve) => process.nextTick(resolve)),
    () => readFile(import.meta.filename),
    () => stores.read(tenant, async () => 1),
  ];
  for (const wait of foreign) await assert.rejects(stores.read(tenant, wait), ForeignAwaitError);
  await stores.transact(tenant, 'full', add('kept'));
  await sleep(10);
  assert.ok(late instanceof TransactionOverError);
  assert.deepEqual(await stores.read(tenant, titles), ['kept']);
});

test('transact() lets transactions of a tenant run one after the other, however they are started', async () => {
  await using house = await openTestStores(migrations);
  const { stores, tenant } = house;
  const count = async (tx: Tx) => {
    const { n } = (await tx.one<{ n: number }>('SELECT count(*) AS n FROM book'))!;
    await add(`book ${n}`)(tx);
    return n;
  };
  const seen = await Promise.all(Array.from({ length: 50 }, () => stores.transact(tenant, 'ingest', count)));
  assert.deepEqual(
    seen,
    Array.from({ length: 50 }, (_, n) => n),
  );
});

test('read() refuses a statement that changes something', async () => {
  await using house = await openTestStores(migrations);
  await assert.rejects(house.stores.read(house.tenant, add('a')), StatementRefusedError);
});

test('a view refuses whatever does not read or write rows', async () => {
  await using house = await openTestStores(migrations);
  const refused = [
    'COMMIT',
    '  rollback',
    '/* x */ BEGIN',
    '-- x\nSAVEPOINT a',
    "ATTACH 'other.db' AS other",
    "VACUUM INTO 'copy.db'",
    'PRAGMA rekey="x"',
    'DROP TABLE book',
    'SELECT 1; DELETE FROM book',
  ];
  for (const sql of refused)
    await assert.rejects(
      house.stores.transact(house.tenant, 'full', (tx) => tx.run(sql)),
      sql,
    );
  await assert.rejects(
    house.stores.transact(house.tenant, 'full', (tx) => tx.run('SELECT 1')),
    /use one or all/,
  );
  await assert.rejects(
    house.stores.transact(house.tenant, 'full', (tx) => tx.one('DELETE FROM book')),
    /use run/,
  );
});

test('another tenant has another file: nothing of it is seen, and no octet is plain', async () => {
  await using house = await openTestStores(migrations);
  const { stores, tenant, other, folder } = house;
  await stores.transact(tenant, 'full', add('a secret title of ours'));
  assert.deepEqual(await stores.read(other, titles), []);
  for (const file of ['g000001.db', 'g000001.db-wal']) {
    const octets = await readFile(`${folder}/${tenant}/${file}`);
    assert.equal(octets.includes('secret title'), false);
    assert.equal(octets.includes('SQLite format'), false);
  }
});
