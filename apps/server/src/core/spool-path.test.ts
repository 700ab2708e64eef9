import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { openMeter, systemClock } from '@sekisho/ports';
import { listSegments, type SpoolReference } from '@sekisho/spool';
import type { TenantId } from '@sekisho/terms';
import { frameLink } from '../links/frame-link.ts';
import type { CoreToScan, ScanToCore } from '../links/messages.ts';
import { HOST_NAME, openSpooledHouse, plainInspection, type SpooledHouse } from '../testing/spooled-house.ts';
import { type ArrivalsLimits, ARRIVALS_LIMITS } from './arrivals.ts';
import { SpoolPath } from './spool-path.ts';

const sockets = mkdtempSync(join(tmpdir(), 'sekisho-path-'));
after(() => rmSync(sockets, { recursive: true }));
let made = 0;

/** The way from a house's spool to its databases, with a scan process that finds nothing in anything. */
function openPath(house: SpooledHouse, limits: ArrivalsLimits = ARRIVALS_LIMITS) {
  const scanSocket = join(sockets, `${(made += 1)}.sock`);
  const broken = new Set<TenantId>();
  const unlessBroken = (tenant: TenantId) => {
    if (broken.has(tenant)) throw new Error('the database is read-only');
  };
  const path = new SpoolPath(
    {
      clock: systemClock(),
      log: house.log,
      meter: openMeter(),
      hostName: HOST_NAME,
      spoolFolder: house.spool.folder,
      scanSocket,
      vault: () => house.spool.vault,
      writers: {
        count: 1,
        writerOf: () => 0,
        async ingest(tenant, messages) {
          unlessBroken(tenant);
          return house.writer.ingest(tenant, messages);
        },
        async recover(tenant, references) {
          unlessBroken(tenant);
          return house.writer.recover(tenant, references);
        },
        checkpoint: () => house.writer.checkpoint(),
      },
      isTenant: () => true,
      keepingOf: () => ({ quarantineDays: 14, retentionClass: 'standard' }),
      fieldsOf: async () => [],
      committed: () => undefined,
      durable: () => undefined,
      kill: () => undefined,
      metrics: () => undefined,
      progress: () => undefined,
    },
    limits,
  );
  const scan = frameLink<ScanToCore, CoreToScan>(connect(scanSocket), () => undefined);
  scan.onMessage = (message) => {
    if (message.kind !== 'scan') return;
    const results = message.orders.map(({ reference: { spoolId, sha256 } }) => ({
      spoolId,
      sha256,
      inspection: plainInspection(),
    }));
    scan.send({ kind: 'inspected', results });
  };
  return {
    path,
    broken,
    async [Symbol.asyncDispose]() {
      await path.stop(1000);
      scan.close();
    },
  };
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let i = 0; !(await holds()); i++) {
    assert.ok(i < 1000, holds.toString());
    await sleep(5);
  }
}

async function accept(house: SpooledHouse, count: number, tenant = house.tenant): Promise<SpoolReference[]> {
  const texts = Array.from({ length: count }, (_, i) => `Subject: ${i}\r\n\r\n${'x'.repeat(500)}\r\n`);
  return Promise.all(texts.map((text) => house.accept(text, { tenant })));
}

/** How many of these messages the tenant's archive has, and how often. */
async function archived(house: SpooledHouse, references: readonly SpoolReference[]): Promise<number> {
  const rows = await house.rows(references[0]!.tenant, ...references);
  assert.equal(new Set(rows.map(({ spoolId }) => spoolId)).size, rows.length);
  return rows.length;
}

test('what fronts tell of is taken in, made durable, and its segment goes', async () => {
  await using house = await openSpooledHouse();
  await using open = openPath(house);
  const { path } = open;
  await path.start(new Set([0]));
  path.segments.greeted(0, house.spool.writer.liveSegments());
  const references = await accept(house, 20);
  for (const reference of references) path.arrivals.accepted(reference);
  path.segments.closed(references[0]!.segmentFile, false);
  await until(() => !existsSync(references[0]!.segmentFile));
  assert.equal(await archived(house, references), 20);
  assert.deepEqual([path.arrivals.underWay, path.ledger.debt()], [0, 0]);
});

test('what nobody told of is found at the start, and no segment goes before', async () => {
  await using house = await openSpooledHouse();
  const references = [...(await accept(house, 30)), ...(await accept(house, 5, house.other))];
  await using open = openPath(house);
  const { path } = open;
  path.segments.closed(references[0]!.segmentFile, false);
  await path.start(new Set([0]));
  await until(() => !existsSync(references[0]!.segmentFile));
  assert.equal(await archived(house, references.slice(0, 30)), 30);
  assert.equal(await archived(house, references.slice(30)), 5);
});

test('hints that were lost on a broken line are found when the front greets anew', async () => {
  await using house = await openSpooledHouse();
  await using open = openPath(house);
  const { path } = open;
  await path.start(new Set([0]));
  path.segments.greeted(0, house.spool.writer.liveSegments());
  const references = await accept(house, 20);
  for (const reference of references.slice(0, 10)) path.arrivals.accepted(reference);
  path.segments.greeted(0, house.spool.writer.liveSegments());
  path.segments.closed(references[0]!.segmentFile, false);
  await until(() => !existsSync(references[0]!.segmentFile));
  assert.equal(await archived(house, references), 20);
});

test('a flood above what memory may hold is taken in to the last message, once each', async () => {
  await using house = await openSpooledHouse();
  await using open = openPath(house, { perTenant: 40, all: 60, always: 4 });
  const { path } = open;
  await path.start(new Set([0]));
  path.segments.greeted(0, house.spool.writer.liveSegments());
  const [flood, quiet] = [await accept(house, 600), await accept(house, 3, house.other)];
  let most = 0;
  for (const reference of [...flood, ...quiet]) {
    path.arrivals.accepted(reference);
    most = Math.max(most, path.arrivals.underWay);
  }
  assert.ok(most <= 64, `${most} on their way`);
  for (const { file } of await listSegments(house.spool.folder)) {
    if (!house.spool.writer.liveSegments().includes(file)) path.segments.closed(file, false);
  }
  await until(async () => (await archived(house, flood)) === 600);
  assert.equal(await archived(house, quiet), 3);
  await until(() => path.arrivals.underWay === 0);
  const { rows } = { rows: await house.rows(house.tenant, ...flood) };
  assert.equal(rows.length, 600);
  for (const reference of [flood[0]!, flood[599]!]) assert.ok((await house.archived(reference)).length > 500);
});

test('a tenant whose database takes nothing keeps its mail in the spool and holds up nobody, start included', async () => {
  await using house = await openSpooledHouse();
  const [stuck, well] = [await accept(house, 30), await accept(house, 30, house.other)];
  await using open = openPath(house);
  const { path, broken } = open;
  broken.add(house.tenant);
  await path.start(new Set([0]));
  await until(async () => (await archived(house, well)) === 30);
  path.segments.closed(stuck[0]!.segmentFile, false);
  await sleep(50);
  assert.ok(existsSync(stuck[0]!.segmentFile));
  assert.equal(path.ledger.debt(), 30);
  assert.equal(path.isBusy, false, 'and the house is quiet');
  broken.clear();
  await until(async () => (await archived(house, stuck)) === 30);
  await until(() => !existsSync(stuck[0]!.segmentFile));
});

test('bodies that no record refers to go at the start, when they are old and nothing is in doubt', async () => {
  await using house = await openSpooledHouse();
  const large = await house.accept('x'.repeat(100_000));
  const orphan = join(house.spool.folder, `0-${'ab'.repeat(16)}.body`);
  const young = join(house.spool.folder, `0-${'cd'.repeat(16)}.body`);
  for (const file of [orphan, young]) writeFileSync(file, 'sealed');
  const longAgo = new Date(Date.now() - 3 * 86_400_000);
  for (const file of [orphan, large.bodyFile!]) utimesSync(file, longAgo, longAgo);
  await using open = openPath(house);
  await open.path.start(new Set([0]));
  assert.deepEqual([existsSync(orphan), existsSync(young)], [false, true]);
  await until(async () => (await archived(house, [large])) === 1);
  assert.equal((await house.archived(large)).length, 100_000);
});

test('segments of fronts that are no more go when what is in them is safe', async () => {
  await using house = await openSpooledHouse();
  const [one] = await accept(house, 1);
  await house.spool.writer.close();
  await using open = openPath(house);
  await open.path.start(new Set());
  await until(() => !existsSync(one!.segmentFile));
  assert.ok(readdirSync(house.spool.folder).every((name) => !name.endsWith('.segment')));
});
