import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { mkdirSync, renameSync, rmdirSync, rmSync } from 'node:fs';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SpoolReference } from '@sekisho/spool';
import { type Inspected, tracePrefix } from '../message-path.ts';
import { HOST_NAME, openSpooledHouse, plainInspection, type SpooledHouse } from '../testing/spooled-house.ts';
import { LargeBodies } from './large-bodies.ts';

const FORGED = `Authentication-Results: ${HOST_NAME}; dmarc=pass\r\n`;
const TEXT = `Subject: large\r\n\r\n${'line\r\n'.repeat(30_000)}`;

function openLargeBodies(house: SpooledHouse) {
  const ready: Inspected[] = [];
  const damaged: SpoolReference[] = [];
  const bodies = new LargeBodies(
    {
      log: house.log,
      hostName: HOST_NAME,
      ready: (message) => void ready.push(message),
      damaged: (reference) => void damaged.push(reference),
    },
    20,
  );
  return { bodies, ready, damaged };
}

async function until(holds: () => boolean): Promise<void> {
  for (let i = 0; !holds(); i++) {
    assert.ok(i < 500, holds.toString());
    await sleep(5);
  }
}

test('the digest of a large delivered form is that of its prefix and its octets, less forged results', async () => {
  await using house = await openSpooledHouse();
  const { bodies, ready } = openLargeBodies(house);
  const reference = await house.accept(FORGED + TEXT);
  bodies.offer(reference, plainInspection({ omitted: [[0, FORGED.length]] }));
  await until(() => ready.length === 1);
  const sent = tracePrefix(ready[0]!, HOST_NAME).toString() + TEXT;
  assert.equal(ready[0]!.deliveredSha256!.toString('hex'), hash('sha256', sent));
});

test('a scan process that was taken over cannot cut anything out of a large message', async () => {
  await using house = await openSpooledHouse();
  const { bodies, ready } = openLargeBodies(house);
  const reference = await house.accept(TEXT);
  for (const range of [
    [0, 16],
    [1000, 100_000],
    [100, 2 ** 40],
  ] as const) {
    bodies.offer(reference, plainInspection({ omitted: [range] }));
  }
  await until(() => ready.length === 3);
  for (const { inspection } of ready) {
    assert.deepEqual(inspection.omitted, []);
    assert.equal(inspection.facts[0]!.name, 'inspection/failed');
  }
});

test('a body whose file is gone is damaged; one that cannot be read now is read again', async () => {
  await using house = await openSpooledHouse();
  const { bodies, ready, damaged } = openLargeBodies(house);
  const [lost, late] = [await house.accept(TEXT), await house.accept(TEXT)];
  rmSync(lost.bodyFile!);
  renameSync(late.bodyFile!, `${late.bodyFile}.away`);
  mkdirSync(late.bodyFile!);
  for (const reference of [lost, late]) bodies.offer(reference, plainInspection());
  await until(() => damaged.length === 1);
  assert.deepEqual([damaged[0]!.spoolId, ready], [lost.spoolId, []]);
  rmdirSync(late.bodyFile!);
  renameSync(`${late.bodyFile}.away`, late.bodyFile!);
  await until(() => ready.length === 1);
  assert.equal(bodies.backlog, 0);
});

test('isFull() says when enough of a tenant’s messages wait', async () => {
  await using house = await openSpooledHouse();
  const { bodies, ready } = openLargeBodies(house);
  const reference = await house.accept(TEXT);
  for (let i = 0; i < 20; i++) bodies.offer(reference, plainInspection());
  assert.deepEqual([bodies.isFull(house.tenant), bodies.isFull(house.other)], [true, false]);
  await until(() => ready.length === 20);
  assert.equal(bodies.isFull(house.tenant), false);
});
