import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '@sekisho/ports';
import { keptLog } from '@sekisho/ports/testing';
import { SegmentLedger } from '@sekisho/spool';
import type { TenantId } from '@sekisho/terms';
import { inspectedPlain, openSpooledHouse } from '../testing/spooled-house.ts';
import { CHECKPOINT_LIMITS, type CheckpointPorts, Checkpoints } from './checkpoints.ts';

const LIMITS = { ...CHECKPOINT_LIMITS, longestMs: 60, perTenantMs: 60, shortestMs: 5, afterFailureMs: 50 };

function openCheckpoints(change: Partial<CheckpointPorts> = {}) {
  const ledger = new SegmentLedger();
  const log = keptLog();
  const durable: TenantId[] = [];
  const dropped: string[] = [];
  const runs: number[] = [];
  const checkpoints = new Checkpoints(
    {
      clock: systemClock(),
      log,
      ledger,
      spareSegments: 1,
      async checkpoint() {
        runs.push(performance.now());
        return [];
      },
      isBusy: () => false,
      durable: (tenant) => void durable.push(tenant),
      dropped: (file) => void dropped.push(file),
      ...change,
    },
    LIMITS,
  );
  return { checkpoints, ledger, log, durable, dropped, runs };
}

test('a segment is dropped when all in it is durable, and not before', async () => {
  await using house = await openSpooledHouse();
  const [one, two] = [await house.accept('one'), await house.accept('two', { tenant: house.other })];
  await house.spool.writer.close();
  const { checkpoints, ledger, durable, dropped } = openCheckpoints({ checkpoint: () => house.writer.checkpoint() });
  for (const reference of [one, two]) ledger.owe(reference);
  ledger.closed(one.segmentFile);
  const first = await house.writer.ingest(house.tenant, [inspectedPlain(one)]);
  ledger.committed(one.spoolId, house.tenant, first.batch);
  await checkpoints.now();
  assert.deepEqual([durable, dropped], [[house.tenant], []]);
  assert.ok(existsSync(one.segmentFile));
  const second = await house.writer.ingest(house.other, [inspectedPlain(two)]);
  ledger.committed(two.spoolId, house.other, second.batch);
  await checkpoints.now();
  assert.deepEqual(dropped, [one.segmentFile]);
  assert.ok(!existsSync(one.segmentFile));
  assert.ok(readdirSync(dirname(one.segmentFile)).some((name) => name.endsWith('.spare')));
  checkpoints.stop();
});

test('a tenant that is not durable keeps its segment', async () => {
  await using house = await openSpooledHouse();
  const one = await house.accept('one');
  const { checkpoints, ledger, dropped } = openCheckpoints({
    checkpoint: async () => [{ tenant: house.tenant, batch: 0 }],
  });
  ledger.owe(one);
  ledger.closed(one.segmentFile);
  ledger.committed(one.spoolId, house.tenant, 1);
  await checkpoints.now();
  assert.deepEqual(dropped, []);
  checkpoints.stop();
});

test('wanted() runs at once when the house is quiet, and waits for company when it is busy', async () => {
  const quiet = openCheckpoints();
  quiet.checkpoints.wanted();
  await sleep(30);
  assert.equal(quiet.runs.length, 1);
  const busy = openCheckpoints({ isBusy: () => true });
  const started = performance.now();
  for (let i = 0; i < 10; i++) busy.checkpoints.wanted();
  await sleep(150);
  assert.equal(busy.runs.length, 1);
  assert.ok(busy.runs[0]! - started >= 55);
  for (const { checkpoints } of [quiet, busy]) checkpoints.stop();
});

test('a checkpoint that fails is tried again after a rest, not at once', async () => {
  let tries = 0;
  const { checkpoints, log } = openCheckpoints({
    async checkpoint() {
      tries += 1;
      throw new Error('no');
    },
  });
  checkpoints.wanted();
  await sleep(140);
  assert.ok(tries >= 2 && tries <= 4, String(tries));
  assert.ok(log.events.some(({ event }) => event === 'checkpoint.failed'));
  checkpoints.stop();
});

test('a segment that cannot be dropped keeps no other, and is tried again after a rest', async () => {
  await using house = await openSpooledHouse();
  const one = await house.accept('one');
  await house.spool.writer.close();
  const { checkpoints, ledger, dropped, log } = openCheckpoints();
  ledger.closed('/spool/not-named-as-a-segment');
  ledger.closed(one.segmentFile);
  checkpoints.wanted();
  await sleep(120);
  assert.deepEqual(dropped, [one.segmentFile]);
  const refused = log.events.filter(({ event }) => event === 'checkpoint.segment-not-dropped').length;
  assert.ok(refused >= 1 && refused <= 4, String(refused));
  checkpoints.stop();
});

test('nothing runs by itself after stop()', async () => {
  const { checkpoints, runs } = openCheckpoints();
  checkpoints.stop();
  checkpoints.wanted();
  await checkpoints.now();
  checkpoints.wanted();
  await sleep(40);
  assert.equal(runs.length, 1);
});
