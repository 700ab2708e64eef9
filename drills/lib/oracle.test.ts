import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TenantId } from '@sekisho/terms';
import { faultsOf } from './drill.ts';
import { type Evidence, judge } from './oracle.ts';
import type { Sent } from './sender.ts';
import type { Copy } from './sink.ts';

const tenant = 'tenant0001' as TenantId;

const sent = (number: number, outcome: Sent['outcome'] = 'accepted'): Sent => ({
  ...{ number, outcome, digest: `digest ${number}`, sizeOctets: 1, tenant: 'a', recipients: [`user${number}@a.test`] },
  ...{ code: 250, spoolId: outcome === 'accepted' ? `id ${number}` : null, at: 0 },
});
const copy = (number: number, repliedAt: number | null = 1000): Copy => ({
  ...{ number, digest: `digest ${number}`, recipients: [`user${number}@a.test`], arrivedAt: 990, repliedAt },
});
const kept = (number: number, digest: string | null = `digest ${number}`) => ({
  tenant,
  spoolId: `id ${number}`,
  digest,
});

function evidence(changes: Partial<Evidence> & { readonly keptRows?: Evidence['found']['kept'] } = {}): Evidence {
  const { keptRows = [kept(1), kept(2)], ...rest } = changes;
  const found = {
    kept: keptRows,
    queued: [],
    stored: keptRows.length,
    indexed: keptRows.length,
    unfound: [],
    faults: [],
  };
  return { sent: [sent(1), sent(2)], copies: [copy(1), copy(2)], found, stops: [], ...rest };
}

test('judge() finds no fault when all that was accepted is archived and delivered once', () => {
  assert.deepEqual(faultsOf(judge(evidence())), []);
});

test('judge() finds what is lost, torn, twice, changed and not delivered', () => {
  assert.deepEqual(judge(evidence({ keptRows: [kept(1)] })).lost, [2]);
  assert.deepEqual(judge(evidence({ keptRows: [kept(1), kept(2, null)] })).torn, ['id 2']);
  assert.deepEqual(judge(evidence({ keptRows: [kept(1), kept(2, 'other octets')] })).torn, ['id 2']);
  assert.deepEqual(judge(evidence({ keptRows: [kept(1), kept(2), { ...kept(2), spoolId: 'id 3' }] })).twice, [2]);
  assert.deepEqual(judge(evidence({ copies: [copy(1), { ...copy(2), digest: 'other' }] })).changed, [2]);
  assert.deepEqual(judge(evidence({ copies: [copy(1), copy(2, null)] })).undelivered, ['2 user2@a.test']);
});

test('judge() lets a message without a reply be there or not', () => {
  const unknown = [sent(1), sent(2, 'unknown')];
  assert.deepEqual(faultsOf(judge(evidence({ sent: unknown }))), []);
  assert.deepEqual(faultsOf(judge(evidence({ sent: unknown, copies: [copy(1)], keptRows: [kept(1)] }))), []);
});

test('judge() excuses a second delivery only when a stop came before the first could be noted', () => {
  const copies = [copy(1), copy(2), copy(2, 5000)];
  assert.equal(judge(evidence({ copies })).again.length, 1);
  assert.equal(judge(evidence({ copies, stops: [{ from: 4000, to: 4000 }] })).again.length, 1);
  const excused = judge(evidence({ copies, stops: [{ from: 1100, to: 1100 }] }));
  assert.deepEqual([excused.again.length, excused.excused, excused.longestExcusedMs], [0, 1, 100]);
});
