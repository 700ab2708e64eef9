import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SegmentLedger, type SpoolReference } from '@sekisho/spool';
import { testEnvelope } from '@sekisho/spool/testing';
import { formatSpoolId, type SpoolId, type TenantId } from '@sekisho/terms';
import type { Inspected } from '../message-path.ts';
import { plainInspection } from '../testing/spooled-house.ts';
import { Arrivals, type ArrivalsLimits } from './arrivals.ts';

const FRONT = 0;

function reference(number: number, tenant = 'tenant0000a', segment = 1): SpoolReference {
  const id = tenant as TenantId;
  return {
    spoolId: formatSpoolId(FRONT, segment, 4096 + number * 64),
    tenant: id,
    segmentFile: `/spool/${segment}.segment`,
    offset: 4096 + number * 64,
    lengthOctets: 64,
    envelopeOctets: 8,
    bodyOffset: 0,
    bodyOctets: 8,
    bodyKind: 'inline',
    sizeOctets: 8,
    sha256: Buffer.alloc(32),
    recordKey: Buffer.alloc(32),
    envelope: testEnvelope({ tenant: id }),
  };
}

function openArrivals(limits: Partial<ArrivalsLimits> = {}) {
  const ledger = new SegmentLedger();
  const offered: { spoolId: SpoolId; urgent: boolean }[] = [];
  const taken: Inspected[] = [];
  const skipped: string[] = [];
  const arrivals = new Arrivals(
    {
      ledger,
      feeder: { offer: (_, { spoolId }, urgent = false) => void offered.push({ spoolId, urgent }) },
      take: (message) => void taken.push(message),
      skipped: (file, tenant) => void skipped.push(`${file} ${tenant}`),
    },
    { perTenant: 100, all: 100, always: 10, ...limits },
  );
  return { ledger, offered, taken, skipped, arrivals, takenIds: () => taken.map((one) => one.reference.spoolId) };
}

test('accepted() owes a message and offers it once, however often it is told of', () => {
  const { arrivals, ledger, offered, takenIds } = openArrivals();
  const one = reference(1);
  arrivals.accepted(one);
  arrivals.accepted(one);
  assert.equal(arrivals.found(one), false, 'recovery finds nothing new');
  assert.deepEqual(offered, [{ spoolId: one.spoolId, urgent: false }]);
  assert.equal(ledger.debt(one.segmentFile), 1);
  arrivals.inspected(one, plainInspection());
  assert.deepEqual(takenIds(), [one.spoolId]);
});

test('a message that recovery found first is not offered again by its hint', () => {
  const { arrivals, ledger, offered } = openArrivals();
  const one = reference(1);
  assert.equal(arrivals.found(one), true);
  arrivals.accepted(one);
  assert.deepEqual(offered, []);
  assert.equal(ledger.debt(), 1);
});

test('a message looked at before its reply is taken once it is accepted, with what was found', async () => {
  const { arrivals, ledger, offered, takenIds } = openArrivals();
  const one = reference(1);
  const looked = arrivals.inspectBeforeReply(one);
  assert.deepEqual(offered, [{ spoolId: one.spoolId, urgent: true }]);
  arrivals.inspected(one, plainInspection());
  await looked;
  assert.equal(ledger.debt(), 0, 'it is not ours yet');
  assert.equal(arrivals.found(one), false, 'nor by its record in the spool');
  arrivals.accepted(one);
  assert.deepEqual(takenIds(), [one.spoolId]);
  assert.equal(ledger.debt(), 1);
  assert.equal(offered.length, 1);
});

test('a message accepted before its inspection ended is taken when it ends', async () => {
  const { arrivals, takenIds } = openArrivals();
  const one = reference(1);
  const looked = arrivals.inspectBeforeReply(one);
  arrivals.accepted(one);
  assert.deepEqual(takenIds(), []);
  arrivals.inspected(one, plainInspection());
  await looked;
  assert.deepEqual(takenIds(), [one.spoolId]);
});

test('a message made void is owed by nobody, also when its inspection ends later', () => {
  const { arrivals, ledger, takenIds } = openArrivals();
  const one = reference(1);
  void arrivals.inspectBeforeReply(one);
  arrivals.voided(one.spoolId);
  arrivals.inspected(one, plainInspection());
  assert.deepEqual([takenIds(), ledger.debt()], [[], 0]);
});

test('a message accepted just before its line broke is not lost: its front says it is decided, its record is whole', () => {
  for (const isInspected of [true, false]) {
    const { arrivals, ledger, takenIds } = openArrivals();
    const one = reference(1);
    void arrivals.inspectBeforeReply(one);
    if (isInspected) arrivals.inspected(one, plainInspection());
    arrivals.undecided(FRONT, []);
    assert.equal(arrivals.found(one), false, 'it needs no comparing with rows');
    assert.equal(ledger.debt(), 1);
    if (!isInspected) arrivals.inspected(one, plainInspection());
    assert.deepEqual(takenIds(), [one.spoolId]);
    arrivals.accepted(one);
    assert.equal(takenIds().length, 1);
  }
});

test('a message that its front still decides about waits for the decision, whatever recovery reads', () => {
  const { arrivals, ledger, takenIds } = openArrivals();
  const [mine, anothers] = [reference(1), { ...reference(2), spoolId: formatSpoolId(7, 1, 4096) }];
  void arrivals.inspectBeforeReply(mine);
  void arrivals.inspectBeforeReply(anothers);
  arrivals.undecided(FRONT, [mine.spoolId]);
  assert.equal(arrivals.found(mine), false);
  assert.equal(arrivals.found(anothers), false, 'what one front says is not about another’s');
  assert.equal(ledger.debt(), 0);
  arrivals.accepted(mine);
  arrivals.inspected(mine, plainInspection());
  assert.deepEqual(takenIds(), [mine.spoolId]);
});

test('a message that recovery took before its client’s question came is ours: nobody is asked to look twice', async () => {
  const { arrivals, offered, takenIds } = openArrivals();
  const one = reference(1);
  assert.equal(arrivals.found(one), true);
  await assert.rejects(arrivals.inspectBeforeReply(one), /it is ours/);
  arrivals.accepted(one);
  arrivals.inspected(one, plainInspection());
  assert.deepEqual(takenIds(), [one.spoolId]);
  assert.deepEqual(offered, []);
});

test('a hint that comes after its segment was dropped owes nothing', () => {
  const { arrivals, ledger, offered } = openArrivals();
  const one = reference(1);
  arrivals.accepted(one);
  arrivals.done(one.tenant, 1);
  ledger.settle(one.spoolId);
  arrivals.forget(one.segmentFile);
  arrivals.accepted(one);
  assert.equal(offered.length, 1);
  assert.equal(ledger.debt(), 0);
});

test('what is above the limit stays in the spool: its segment is named, nothing is owed or remembered', () => {
  const { arrivals, ledger, offered, skipped } = openArrivals({ perTenant: 20, always: 5 });
  for (let i = 0; i < 30; i++) arrivals.accepted(reference(i));
  assert.equal(arrivals.underWay, 20);
  assert.equal(offered.length, 20);
  assert.equal(ledger.debt(), 20);
  assert.deepEqual(new Set(skipped), new Set(['/spool/1.segment tenant0000a']));
  assert.equal(arrivals.hasMuchRoom('tenant0000a' as TenantId), false);
  arrivals.done('tenant0000a' as TenantId, 15);
  assert.equal(arrivals.hasMuchRoom('tenant0000a' as TenantId), true);
  assert.equal(arrivals.found(reference(25)), true, 'it is taken when its segment is read again');
});

test('the flood of one tenant leaves room for the others', () => {
  const { arrivals } = openArrivals({ perTenant: 50, all: 100, always: 5 });
  for (const [at, flood] of ['flood0000a', 'flood0000b', 'flood0000c'].entries()) {
    for (let i = 0; i < 80; i++) arrivals.accepted(reference(i, flood, at + 1));
  }
  assert.equal(arrivals.underWay, 105);
  for (let i = 0; i < 5; i++) {
    assert.ok(arrivals.hasRoom('quiet0000a' as TenantId));
    arrivals.accepted(reference(i, 'quiet0000a', 9));
  }
  assert.equal(arrivals.underWay, 110);
});
