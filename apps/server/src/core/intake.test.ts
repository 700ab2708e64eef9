import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { openMeter } from '@sekisho/ports';
import { keptLog } from '@sekisho/ports/testing';
import { SegmentLedger } from '@sekisho/spool';
import type { TenantId } from '@sekisho/terms';
import type { IngestAnswer, Inspected } from '../message-path.ts';
import { inspectedPlain, openSpooledHouse } from '../testing/spooled-house.ts';
import { INTAKE_LIMITS, Intake, type IntakeLimits } from './intake.ts';

const A = 'tenant0000a' as TenantId;
const B = 'tenant0000b' as TenantId;

let made = 0;
function message(tenant: TenantId, body = ''): Inspected {
  made += 1;
  const reference = { tenant, spoolId: `spool${made}`, segmentFile: '/spool/1.segment', envelope: { receivedAt: 0 } };
  const plain = inspectedPlain(reference as never);
  return { ...plain, inspection: { ...plain.inspection, words: { ...plain.inspection.words, body } } };
}

type Ingest = (tenant: TenantId, messages: readonly Inspected[]) => Promise<IngestAnswer>;

function openIntake(ingest: Ingest, limits: Partial<IntakeLimits> = {}) {
  const ledger = new SegmentLedger();
  const log = keptLog();
  const batches: { tenant: TenantId; ids: string[] }[] = [];
  const committed = new Map<TenantId, number>();
  const intake = new Intake(
    {
      log,
      meter: openMeter(),
      ledger,
      writers: 1,
      writerOf: () => 0,
      ingest(tenant, messages) {
        batches.push({ tenant, ids: messages.map(({ reference }) => reference.spoolId) });
        return ingest(tenant, messages);
      },
      committed: (tenant, messages) => void committed.set(tenant, (committed.get(tenant) ?? 0) + messages),
    },
    { ...INTAKE_LIMITS, retryMs: 10, longestRetryMs: 40, ...limits },
  );
  const until = async (holds: () => boolean) => {
    for (let i = 0; !holds(); i++) {
      assert.ok(i < 400, JSON.stringify({ batches: batches.length, committed: [...committed] }));
      await sleep(2);
    }
  };
  return { intake, ledger, log, batches, committed, until };
}

const takeAll: Ingest = async (_, messages) => ({
  batch: 1,
  settled: messages.map(({ reference }) => reference.spoolId),
  damaged: [],
});

test('offer() brings messages in batches, tenants in turn', async () => {
  const { intake, batches, committed, until } = openIntake(takeAll, { rowsPerBatch: 2, batchesPerWriter: 1 });
  for (const tenant of [A, A, A, B]) intake.offer(message(tenant));
  await until(() => intake.isIdle);
  assert.deepEqual(
    batches.map(({ tenant, ids }) => [tenant, ids.length]),
    [
      [A, 2],
      [B, 1],
      [A, 1],
    ],
  );
  assert.deepEqual(
    committed,
    new Map([
      [A, 3],
      [B, 1],
    ]),
  );
});

test('a message that cannot be committed is tried again alone, later each time, and holds up nobody', async () => {
  const bad = message(A);
  const times: number[] = [];
  const { intake, batches, committed, until } = openIntake(
    async (tenant, messages) => {
      if (!messages.includes(bad)) return takeAll(tenant, messages);
      if (messages.length === 1) times.push(performance.now());
      if (times.length < 4) throw new Error('no');
      return takeAll(tenant, messages);
    },
    { failuresInRow: 100 },
  );
  for (const one of [message(A), bad, message(A), message(B)]) intake.offer(one);
  await until(() => committed.get(A) === 3);
  assert.equal(committed.get(B), 1);
  assert.deepEqual(batches[0]!.ids.length, 3);
  assert.ok(batches.slice(1).every(({ ids }) => ids.length === 1));
  const waits = times.slice(1).map((time, at) => time - times[at]!);
  assert.ok(waits[0]! < waits[2]!, String(waits));
});

test('a tenant whose database takes nothing is tried with one message now and then, and then goes on with all', async () => {
  let isBroken = true;
  const { intake, batches, committed, until } = openIntake(async (tenant, messages) => {
    if (tenant === A && isBroken) throw new Error('read-only');
    return takeAll(tenant, messages);
  });
  for (let i = 0; i < 200; i++) intake.offer(message(A));
  for (let i = 0; i < 20; i++) intake.offer(message(B));
  await until(() => committed.get(B) === 20 && intake.pausedTenants === 1);
  await sleep(100);
  assert.ok(intake.isIdle, 'it keeps the house from nothing');
  const before = batches.length;
  await sleep(100);
  assert.ok(batches.length - before <= 5, `${batches.length - before} tries in 100 ms`);
  isBroken = false;
  await until(() => committed.get(A) === 200);
  const settled = batches.flatMap(({ ids }) => ids);
  assert.ok(settled.length < 400, `no storm of tries: ${settled.length}`);
  assert.equal(intake.pausedTenants, 0);
});

test('messages are settled once, whatever failed before', async () => {
  let calls = 0;
  const { intake, committed, until } = openIntake(async (tenant, messages) => {
    calls += 1;
    if (calls % 3 !== 0) throw new Error('sometimes');
    return takeAll(tenant, messages);
  });
  for (let i = 0; i < 30; i++) intake.offer(message(A));
  await until(() => committed.get(A) === 30);
  await sleep(60);
  assert.equal(committed.get(A), 30);
});

test('isFull() bounds what waits with all that was found in it, and leaves room for others', async () => {
  const gate = Promise.withResolvers<void>();
  const { intake, until } = openIntake(
    async (tenant, messages) => {
      await gate.promise;
      return takeAll(tenant, messages);
    },
    { octetsPerTenant: 100_000, octetsInAll: 150_000, octetsAlways: 20_000 },
  );
  for (const tenant of [A, B]) {
    for (let i = 0; i < 20 && !intake.isFull(tenant); i++) intake.offer(message(tenant, 'x'.repeat(10_000)));
  }
  assert.equal(intake.isFull(A), true);
  assert.equal(intake.isFull(B), true);
  assert.equal(intake.isFull('tenant0000c' as TenantId), false);
  gate.resolve();
  await until(() => intake.isIdle);
  assert.equal(intake.isFull(A), false);
});

test('what was committed owes its segment nothing once its batch is durable; damaged bodies stay owed', async () => {
  await using house = await openSpooledHouse();
  const references = await Promise.all(['a', 'b'].map((text) => house.accept(text)));
  const lost = {
    ...references[1]!,
    segmentFile: references[0]!.segmentFile,
    bodyOffset: references[1]!.bodyOffset + 1,
  };
  const { intake, ledger, committed, until } = openIntake((tenant, messages) => house.writer.ingest(tenant, messages));
  for (const reference of [references[0]!, lost]) {
    ledger.owe(reference);
    intake.offer(inspectedPlain(reference));
  }
  await until(() => committed.get(house.tenant) === 2);
  for (const { tenant, batch } of await house.writer.checkpoint()) ledger.durable(tenant, batch);
  assert.deepEqual([ledger.owes(references[0]!.spoolId), ledger.owes(lost.spoolId)], [false, true]);
});
