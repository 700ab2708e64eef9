import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openTestStores } from './testing.ts';

test('many who ask for a new tenant at once open and migrate it once', async () => {
  const migrations = Array.from({ length: 5 }, (_, at) => ({
    room: 'shelf',
    version: at + 1,
    sql: `CREATE TABLE shelf_${at} (id INTEGER)`,
  }));
  await using house = await openTestStores(migrations);
  const { stores, tenant, other, log } = house;
  const asking = Array.from({ length: 40 }, (_, at) =>
    stores.transact(at % 2 === 0 ? tenant : other, at % 3 === 0 ? 'full' : 'ingest', async (tx) =>
      tx.run('INSERT INTO shelf_4 (id) VALUES (?)', at),
    ),
  );
  await Promise.all(asking);
  assert.equal(log.events.filter(({ event }) => event === 'tenants.opened').length, 2);
  assert.deepEqual(await stores.faults(tenant), []);
});
