import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Inspection } from '@sekisho/inspection';
import { type MeterSnapshot, openMeter } from '@sekisho/ports';
import { fakeClock, keptLog } from '@sekisho/ports/testing';
import type { SpoolReference } from '@sekisho/spool';
import { testEnvelope } from '@sekisho/spool/testing';
import { formatSpoolId, type SpoolId, type TenantId } from '@sekisho/terms';
import { frameLink } from '../links/frame-link.ts';
import type { CoreToScan, ScanOrder } from '../links/messages.ts';
import { plainInspection } from '../testing/spooled-house.ts';
import { FEEDER_LIMITS, Feeder, type Work } from './feeder.ts';
import { openScans, type ScansPorts } from './scans.ts';

const folder = mkdtempSync(join(tmpdir(), 'sekisho-scans-'));
after(() => rmSync(folder, { recursive: true }));

const A = 'tenant0000a' as TenantId;
const B = 'tenant0000b' as TenantId;
let made = 0;

function reference(tenant = A): SpoolReference {
  made += 1;
  return {
    spoolId: formatSpoolId(0, 1, made * 64),
    tenant,
    sha256: Buffer.alloc(32, made),
    envelope: testEnvelope({ tenant }),
  } as unknown as SpoolReference;
}

/** Scan processes behind a real socket, and the feeder that feeds them. */
function openHouse(change: Partial<ScansPorts> = {}) {
  const socket = join(folder, `${(made += 1)}.sock`);
  const clock = fakeClock();
  const log = keptLog();
  const inspected: { spoolId: SpoolId; facts: Inspection['facts'] }[] = [];
  const killed: number[] = [];
  const numbers: (MeterSnapshot | null)[] = [];
  const take = (work: Work<SpoolReference>, { facts }: Inspection) =>
    void inspected.push({ spoolId: work.spoolId, facts });
  const feeder = new Feeder<SpoolReference>(clock, FEEDER_LIMITS, {
    poison: (work) => take(work, plainInspection({ facts: [{ name: 'inspection/failed', value: 'poison' }] })),
    isHeld: () => false,
  });
  const scans = openScans(socket, {
    feeder,
    clock,
    log,
    fieldsOf: async () => ['subject'],
    inspected: take,
    kill: (pid) => void killed.push(pid),
    metrics: (_, snapshot) => void numbers.push(snapshot),
    ...change,
  });
  after(() => scans.close());
  return { socket, feeder, clock, log, inspected, killed, numbers };
}

/** A scan process that says what the test wants. */
async function openScan(socket: string, pid = 4711) {
  const connection = connect(socket);
  const link = frameLink<unknown, CoreToScan>(connection, () => undefined);
  const orders: ScanOrder[] = [];
  link.onMessage = (message) => void (message.kind === 'scan' && orders.push(...message.orders));
  let isClosed = false;
  void link.closed.then(() => (isClosed = true));
  link.send({ kind: 'hello', pid });
  await until(() => connection.readyState === 'open');
  return { link, orders, isClosed: () => isClosed };
}

async function until(holds: () => boolean): Promise<void> {
  for (let i = 0; !holds(); i++) {
    assert.ok(i < 500, holds.toString());
    await sleep(2);
  }
}

const answer = ({ reference: { spoolId, sha256 } }: ScanOrder, inspection: unknown = plainInspection()) => ({
  kind: 'inspected',
  results: [{ spoolId, sha256, inspection }],
});

test('a scan process gets messages with the fields that rules ask for, and its answers count', async () => {
  const { socket, feeder, inspected, killed } = openHouse();
  const scan = await openScan(socket);
  const one = reference();
  feeder.offer(one, one);
  await until(() => scan.orders.length === 1);
  assert.deepEqual(scan.orders[0]!.fields, ['subject']);
  scan.link.send(answer(scan.orders[0]!));
  await until(() => inspected.length === 1);
  assert.deepEqual([inspected[0]!.spoolId, killed], [one.spoolId, []]);
});

const LIES: readonly (readonly [string, (order: ScanOrder) => unknown])[] = [
  [
    'another digest',
    ({ reference: { spoolId } }) => ({ spoolId, sha256: Buffer.alloc(32), inspection: plainInspection() }),
  ],
  ['no digest', ({ reference: { spoolId } }) => ({ spoolId, inspection: plainInspection() })],
  [
    'a digest of another type',
    ({ reference: { spoolId } }) => ({ spoolId, sha256: 'x', inspection: plainInspection() }),
  ],
  ['no inspection', ({ reference: { spoolId, sha256 } }) => ({ spoolId, sha256 })],
  [
    'an inspection of another shape',
    ({ reference: { spoolId, sha256 } }) => ({ spoolId, sha256, inspection: { facts: 7 } }),
  ],
];
for (const [name, lie] of LIES) {
  test(`a scan process that answers with ${name} is ended, and its message counts as not inspected`, async () => {
    const { socket, feeder, inspected, killed } = openHouse();
    const scan = await openScan(socket);
    const one = reference();
    feeder.offer(one, one);
    await until(() => scan.orders.length === 1);
    scan.link.send({ kind: 'inspected', results: [lie(scan.orders[0]!)] });
    await until(() => inspected.length === 1 && scan.isClosed());
    assert.equal(inspected[0]!.spoolId, one.spoolId);
    assert.equal(inspected[0]!.facts[0]!.name, 'inspection/failed');
    assert.deepEqual(killed, [4711]);
  });
}

test('a scan process that answers about a message it never had is ended, and the message goes to another', async () => {
  const { socket, feeder, inspected, killed } = openHouse();
  const liar = await openScan(socket, 1);
  const [mine, others] = [reference(A), reference(B)];
  feeder.offer(mine, mine);
  await until(() => liar.orders.length === 1);
  liar.link.send({
    kind: 'inspected',
    results: [{ spoolId: others.spoolId, sha256: others.sha256, inspection: plainInspection() }],
  });
  await until(() => liar.isClosed());
  assert.deepEqual([inspected, killed], [[], [1]]);
  const honest = await openScan(socket, 2);
  await until(() => honest.orders.length === 1);
  honest.link.send(answer(honest.orders[0]!));
  await until(() => inspected.length === 1);
  assert.equal(inspected[0]!.spoolId, mine.spoolId);
});

test('nothing that a scan process says ends the core', async () => {
  for (const message of [
    null,
    7,
    [],
    {},
    { kind: 'inspected' },
    { kind: 'inspected', results: 7 },
    { kind: 'hello', pid: {} },
    { kind: 'inspected', results: [null] },
    { kind: 'metrics', snapshot: {} },
    { kind: 'metrics', snapshot: [{ name: 'x', kind: 'histogram' }] },
  ]) {
    const { socket, numbers } = openHouse();
    const scan = await openScan(socket);
    scan.link.send(message);
    await until(() => scan.isClosed());
    assert.deepEqual(numbers.filter(Boolean), []);
  }
});

test('numbers of a scan process are told as they are', async () => {
  const { socket, numbers } = openHouse();
  const scan = await openScan(socket);
  const meter = openMeter();
  meter.count('sekisho_inspections_total', { outcome: 'done' });
  meter.observe('sekisho_inspection_seconds', 0.2);
  scan.link.send({ kind: 'metrics', snapshot: meter.snapshot() });
  await until(() => numbers.length === 1);
  assert.deepEqual(numbers[0], meter.snapshot());
});

test('a message that a scan process cannot open goes to others, and in the end counts as not inspected', async () => {
  const { socket, feeder, inspected } = openHouse();
  const scan = await openScan(socket);
  const one = reference();
  feeder.offer(one, one);
  for (let tries = 1; tries <= 3; tries++) {
    await until(() => scan.orders.length === tries);
    scan.link.send({ kind: 'inspected', results: [{ spoolId: one.spoolId, unreadable: { toString: 1 } }] });
  }
  await until(() => inspected.length === 1);
  assert.equal(inspected[0]!.facts[0]!.value, 'poison');
});

test('a tenant whose rules cannot be read holds up nobody: its mail waits, no scan process is blamed', async () => {
  let isBroken = true;
  const { socket, feeder, inspected, clock, killed } = openHouse({
    fieldsOf: async (tenant) => {
      if (tenant === A && isBroken) throw new Error('the file is damaged');
      return [];
    },
  });
  const [broken, well] = [reference(A), reference(B)];
  feeder.offer(broken, broken);
  feeder.offer(well, well);
  const scan = await openScan(socket);
  await until(() => scan.orders.length === 1);
  assert.equal(scan.orders[0]!.reference.spoolId, well.spoolId);
  scan.link.send(answer(scan.orders[0]!));
  await until(() => inspected.length === 1);
  assert.deepEqual([scan.isClosed(), killed], [false, []]);
  isBroken = false;
  clock.advance(5000);
  feeder.feed();
  await until(() => scan.orders.length === 2);
  assert.equal(scan.orders[1]!.reference.spoolId, broken.spoolId);
});

test('what a dead scan process held is handed out again', async () => {
  const { socket, feeder, inspected } = openHouse();
  const dying = await openScan(socket, 1);
  const one = reference();
  feeder.offer(one, one);
  await until(() => dying.orders.length === 1);
  dying.link.destroy();
  const next = await openScan(socket, 2);
  await until(() => next.orders.length === 1);
  next.link.send(answer(next.orders[0]!));
  await until(() => inspected.length === 1);
});
