import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatSpoolId, type TenantId } from '@sekisho/terms';
import { SegmentLedger } from './ledger.ts';
import { testEnvelope } from './testing.ts';

const tenant = 'tenant0000000a' as TenantId;
const record = (segment: number, offset: number, receivedAt = 0) => ({
  spoolId: formatSpoolId(0, segment, offset),
  segmentFile: `segment-${segment}`,
  envelope: testEnvelope({ receivedAt }),
});

test('SegmentLedger lets a segment go when it is closed and owes nothing', () => {
  const ledger = new SegmentLedger();
  const one = record(1, 64);
  ledger.owe(one);
  ledger.settle(one.spoolId);
  assert.deepEqual(ledger.droppable(), []);
  ledger.closed('segment-1');
  assert.deepEqual(ledger.droppable(), [{ segmentFile: 'segment-1', bodyFiles: [], isFailed: false }]);
  ledger.dropped('segment-1');
  assert.deepEqual(ledger.droppable(), []);
});

test('SegmentLedger ends a debt when its batch is durable, not when it is committed', () => {
  const ledger = new SegmentLedger();
  const [one, two] = [record(1, 64), record(1, 128)];
  ledger.owe(one);
  ledger.owe(two);
  ledger.closed('segment-1');
  ledger.committed(one.spoolId, tenant, 4);
  ledger.committed(two.spoolId, tenant, 5);
  assert.equal(ledger.debt('segment-1'), 2);
  ledger.durable('tenant0000000b' as TenantId, 9);
  assert.equal(ledger.debt('segment-1'), 2);
  ledger.durable(tenant, 4);
  assert.deepEqual([ledger.owes(one.spoolId), ledger.owes(two.spoolId)], [false, true]);
  ledger.durable(tenant, 5);
  assert.equal(ledger.droppable().length, 1);
});

test('SegmentLedger counts a record once, however often it is told', () => {
  const ledger = new SegmentLedger();
  const one = { ...record(1, 64), bodyFile: 'large.body' };
  ledger.owe(one);
  ledger.owe(one);
  assert.equal(ledger.debt(), 1);
  ledger.settle(one.spoolId);
  ledger.settle(one.spoolId);
  ledger.closed('segment-1', true);
  assert.deepEqual(ledger.droppable(), [{ segmentFile: 'segment-1', bodyFiles: ['large.body'], isFailed: true }]);
});

test('SegmentLedger knows the age of the oldest segment that owes', () => {
  const ledger = new SegmentLedger();
  assert.equal(ledger.oldestAt(), null);
  const [one, two] = [record(1, 64, 500), record(2, 64, 900)];
  ledger.owe(two);
  ledger.owe(one);
  assert.equal(ledger.oldestAt(), 500);
  ledger.settle(one.spoolId);
  assert.equal(ledger.oldestAt(), 900);
});
