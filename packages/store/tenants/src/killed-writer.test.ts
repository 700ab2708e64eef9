import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { StoreUnreadableError } from './errors.ts';
import { openSealed } from './open-sealed.sqlite.ts';
import { openTestStores, testAdmission } from './testing.ts';

const migrations = [{ room: 'shelf', version: 1, sql: 'CREATE TABLE book (n INTEGER PRIMARY KEY, title TEXT)' }];

/** Writes book after book into one database until it is killed, and says each number once its commit is back. */
const writer = (folder: string) => `
  import { TenantStores } from ${JSON.stringify(new URL('./tenant-stores.ts', import.meta.url).href)};
  import { testAdmission } from ${JSON.stringify(new URL('./testing.ts', import.meta.url).href)};
  import { keptLog } from '@sekisho/ports/testing';
  import { systemClock } from '@sekisho/ports';
  const limits = { logOctets: 100000 };
  const stores = new TenantStores({ clock: systemClock(), log: keptLog(), migrations: ${JSON.stringify(migrations)}, limits });
  const admission = testAdmission(${JSON.stringify(folder)}, 'tenantone0');
  stores.admit(admission);
  const tenant = admission.tenant;
  for (;;) {
    const n = await stores.transact(tenant, 'ingest', async (tx) => {
      const { n } = await tx.one('SELECT coalesce(max(n), 0) + 1 AS n FROM book');
      await tx.run('INSERT INTO book (n, title) VALUES (?, ?)', n, 'x'.repeat(2000));
      return n;
    });
    console.log(n);
    if (n % 20 === 0) await stores.checkpointWal(tenant);
    if (n % 7 === 0) await stores.syncDurable(tenant);
    if (n % 11 === 0) await new Promise((resolve) => setImmediate(resolve));
  }`;

test('what a killed writer had committed is there, whole, and numbering goes on', async () => {
  await using house = await openTestStores(migrations);
  await house.stores.close();
  let told = 0;
  for (let round = 0; round < 4; round++) {
    const child = spawn(process.execPath, ['--input-type=module', '-e', writer(house.folder)], {
      cwd: import.meta.dirname,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const wanted = told + 37 + round * 41;
    for await (const line of createInterface({ input: child.stdout })) {
      told = Number(line);
      if (told === wanted) child.kill('SIGKILL');
    }
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    await using again = await openTestStores(migrations);
    await again.stores.dismiss(house.tenant);
    again.stores.admit(testAdmission(house.folder, house.tenant));
    const { n, batch } = await again.stores.read(house.tenant, async (tx, { batch }) => ({
      ...(await tx.one<{ n: number }>('SELECT count(*) AS n FROM book'))!,
      batch,
    }));
    assert.ok(n >= told, `${n} rows for ${told} that were told`);
    assert.equal(batch, n);
    assert.deepEqual(await again.stores.faults(house.tenant), []);
  }
});

test('opening with another key loses nothing of what lies in the log', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sekisho-key-'));
  const [key, wrong] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
  const path = join(folder, 'a.db');
  const db = openSealed(path, key, 64);
  db.exec('CREATE TABLE book (title TEXT)');
  const insert = db.prepare('INSERT INTO book (title) VALUES (?)');
  for (let at = 0; at < 100; at++) insert.run(`book ${at}`);
  for (const end of ['', '-wal']) await copyFile(`${path}${end}`, join(folder, `b.db${end}`));
  db.close();
  assert.throws(() => openSealed(join(folder, 'b.db'), wrong, 64), StoreUnreadableError);
  const again = openSealed(join(folder, 'b.db'), key, 64);
  assert.deepEqual({ ...(again.prepare('SELECT count(*) AS n FROM book').get() as object) }, { n: 100 });
  again.close();
  await rm(folder, { recursive: true });
});
