import assert from 'node:assert/strict';
import { copyFile, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { fakeClock, keptLog } from '@sekisho/ports/testing';
import type { TenantId } from '@sekisho/terms';
import {
  StoreForeignError,
  StoreInUseError,
  StoreMissingError,
  StoreReadOnlyError,
  StoresClosedError,
  StoreUnreadableError,
  TenantNotFoundError,
} from './errors.ts';
import type { Migration } from './migration.ts';
import { TenantStores } from './tenant-stores.ts';
import { openTestStores, testAdmission } from './testing.ts';
import type { Tx } from './tx.ts';

const migrations: Migration[] = [{ room: 'shelf', version: 1, sql: 'CREATE TABLE book (title TEXT, batch INTEGER)' }];
const take = (tx: Tx, state: { readonly batch: number }) =>
  tx.run('INSERT INTO book (title, batch) VALUES (?, ?)', 'x'.repeat(500), state.batch);
const count = async (tx: Tx) => (await tx.one<{ n: number }>('SELECT count(*) AS n FROM book'))!.n;

test('transact() numbers the batches of class ingest, also after a new start', async () => {
  await using first = await openTestStores(migrations);
  const batches = async ({ stores, tenant }: typeof first) => [
    await stores.transact(tenant, 'ingest', async (_tx, state) => state.batch),
    await stores.transact(tenant, 'full', async (_tx, state) => state.batch),
    await stores.transact(tenant, 'ingest', async (_tx, state) => state.batch),
    await stores.read(tenant, async (_tx, state) => state.batch),
  ];
  assert.deepEqual(await batches(first), [1, 1, 2, 2]);
  const failed = first.stores.transact(first.tenant, 'ingest', () => Promise.reject(new Error('no')));
  await assert.rejects(failed);
  await using second = await first.reopen();
  assert.deepEqual(await batches(second), [3, 3, 4, 4]);
});

test('syncDurable() moves durableBatch, and only it does', async () => {
  await using house = await openTestStores(migrations);
  const { stores, tenant, other } = house;
  await stores.transact(tenant, 'ingest', take);
  await stores.transact(tenant, 'full', take);
  assert.deepEqual([stores.durableBatch(tenant), stores.dirtyTenants()], [0, [tenant]]);
  const syncing = stores.syncDurable(tenant);
  await stores.transact(tenant, 'ingest', take);
  await syncing;
  assert.deepEqual([stores.durableBatch(tenant), stores.dirtyTenants()], [1, [tenant]]);
  await stores.syncDurable(tenant);
  await stores.syncDurable(other);
  assert.deepEqual([stores.durableBatch(tenant), stores.dirtyTenants()], [2, []]);
  assert.equal(await stores.read(tenant, async (_tx, state) => state.durableBatch), 2);
});

test('syncDurable() syncs bodies after the batch is noted, and moves nothing when they fail', async () => {
  await using house = await openTestStores(migrations);
  const { stores, tenant } = house;
  await stores.transact(tenant, 'ingest', take);
  await assert.rejects(
    stores.syncDurable(tenant, () => Promise.reject(new Error('pack'))),
    /pack/,
  );
  assert.deepEqual([stores.durableBatch(tenant), stores.isReadOnly(tenant)], [0, false]);
  await stores.syncDurable(tenant, async () => {
    assert.equal(stores.durableBatch(tenant), 0);
    await stores.transact(tenant, 'ingest', take);
  });
  assert.deepEqual([stores.durableBatch(tenant), stores.dirtyTenants()], [1, [tenant]]);
});

test('after a new start nothing counts as durable until it was synced', async () => {
  await using first = await openTestStores(migrations);
  await first.stores.transact(first.tenant, 'ingest', take);
  await first.stores.syncDurable(first.tenant);
  await using second = await first.reopen();
  assert.equal(await second.stores.read(second.tenant, count), 1);
  assert.deepEqual([second.stores.durableBatch(second.tenant), second.stores.dirtyTenants()], [0, [second.tenant]]);
});

test('no more files are open than the limit says, and what was closed comes back', async () => {
  await using house = await openTestStores(migrations, { openDatabases: 3, warmDatabases: 1 });
  const { stores, folder, log } = house;
  const tenants = Array.from({ length: 10 }, (_, at) => testAdmission(folder, `tenant${at}numbered`));
  for (const admission of tenants) stores.admit(admission);
  for (let round = 1; round <= 3; round++) {
    await Promise.all(tenants.map(({ tenant }) => stores.transact(tenant, 'ingest', take)));
    for (const { tenant } of tenants) {
      assert.equal(await stores.read(tenant, count), round);
      await stores.syncDurable(tenant);
      assert.equal(stores.durableBatch(tenant), round);
    }
  }
  let open = 0;
  for (const { event } of log.events) {
    if (event === 'tenants.opened') open += 1;
    if (event === 'tenants.closed') open -= 1;
    assert.ok(open <= 3);
  }
});

test('closeIdle() closes what nobody uses and is durable', async () => {
  await using house = await openTestStores(migrations, { idleMs: 1000 });
  const { stores, tenant, other, clock, folder } = house;
  await stores.transact(tenant, 'ingest', take);
  await stores.transact(other, 'ingest', take);
  await stores.syncDurable(other);
  assert.equal(await stores.closeIdle(), 0);
  clock.advance(1001);
  assert.equal(await stores.closeIdle(), 1);
  assert.deepEqual(await readdir(join(folder, other)), ['g000001.db']);
  assert.deepEqual((await readdir(join(folder, tenant))).sort(), ['g000001.db', 'g000001.db-wal']);
  assert.equal(await stores.read(other, count), 1);
});

test('a file that is open here cannot be opened a second time', async () => {
  await using house = await openTestStores(migrations);
  await house.stores.transact(house.tenant, 'full', take);
  await using second = new TenantStores({ clock: fakeClock(), log: keptLog(), migrations });
  second.admit(testAdmission(house.folder, house.tenant));
  await assert.rejects(second.read(house.tenant, count), StoreInUseError);
  assert.equal(await house.stores.read(house.tenant, count), 1);
});

test('checkpointWal() folds a log that has grown, and only that', async () => {
  await using house = await openTestStores(migrations, { logOctets: 100_000 });
  const { stores, tenant } = house;
  await stores.transact(tenant, 'ingest', take);
  assert.equal(await stores.checkpointWal(tenant), false);
  for (let at = 0; at < 20; at++) await stores.transact(tenant, 'ingest', take);
  await stores.transact(tenant, 'ingest', async (tx) => {
    for (let at = 0; at < 1000; at++) await tx.run('INSERT INTO book (title, batch) VALUES (?, 0)', 'x'.repeat(500));
  });
  assert.equal(await stores.checkpointWal(tenant), true);
  assert.equal(await stores.checkpointWal(tenant), false);
  assert.equal(await stores.read(tenant, count), 1021);
});

test('a tenant that was not admitted is not found, whatever its name', async () => {
  await using house = await openTestStores(migrations);
  for (const name of ['nobodyhere', '__proto__', 'constructor', '../tenantone0'])
    await assert.rejects(house.stores.read(name as TenantId, count), TenantNotFoundError);
});

test('a file under another key, of another tenant, damaged or gone is refused', async () => {
  await using house = await openTestStores(migrations);
  const { stores, folder, tenant, other } = house;
  await stores.transact(tenant, 'full', take);
  await stores.close();
  const [mine, theirs] = [testAdmission(folder, tenant), testAdmission(folder, other)];
  const reading = async (admission: typeof mine) => {
    await using stores = new TenantStores({ clock: fakeClock(), log: keptLog(), migrations });
    stores.admit(admission);
    return await stores.read(admission.tenant, count);
  };
  await assert.rejects(reading({ ...mine, databaseKey: theirs.databaseKey }), StoreUnreadableError);
  await copyFile(join(mine.folder, 'g000001.db'), join(theirs.folder, 'g000001.db'));
  await assert.rejects(reading({ ...theirs, databaseKey: mine.databaseKey }), StoreForeignError);
  const file = await open(join(mine.folder, 'g000001.db'), 'r+');
  await file.write(Buffer.from([255, 254, 253]), 0, 3, 5000);
  await file.close();
  await assert.rejects(reading(mine), StoreUnreadableError);
  await rm(join(mine.folder, 'g000001.db'));
  await assert.rejects(reading({ ...mine, mustExist: true }), StoreMissingError);
  assert.deepEqual(await readdir(mine.folder), []);
});

test('when a log cannot be synced the tenant is only read from then on', async () => {
  await using house = await openTestStores(migrations);
  const { stores, tenant, other, folder, log } = house;
  await stores.transact(tenant, 'ingest', take);
  await rm(join(folder, tenant, 'g000001.db-wal'));
  await assert.rejects(stores.syncDurable(tenant), StoreReadOnlyError);
  assert.equal(stores.isReadOnly(tenant), true);
  assert.ok(log.events.some(({ event }) => event === 'tenants.read-only'));
  await assert.rejects(stores.transact(tenant, 'ingest', take), StoreReadOnlyError);
  await assert.rejects(stores.syncDurable(tenant), StoreReadOnlyError);
  assert.equal(stores.durableBatch(tenant), 0);
  assert.equal(await stores.read(tenant, count), 1);
  await stores.transact(other, 'ingest', take);
});

test('dismiss() closes the file and forgets the tenant', async () => {
  await using house = await openTestStores(migrations);
  await house.stores.transact(house.tenant, 'full', take);
  await house.stores.dismiss(house.tenant);
  await assert.rejects(house.stores.read(house.tenant, count), TenantNotFoundError);
  assert.deepEqual(house.stores.tenants(), [house.other]);
});

test('close() lets waiting work finish and refuses what comes later', async () => {
  await using house = await openTestStores(migrations);
  const waiting = Array.from({ length: 5 }, () => house.stores.transact(house.tenant, 'ingest', take));
  const closing = house.stores.close();
  await assert.rejects(house.stores.read(house.tenant, count), StoresClosedError);
  assert.equal((await Promise.all(waiting)).length, 5);
  await closing;
  assert.deepEqual(await readdir(join(house.folder, house.tenant)), ['g000001.db']);
});
