import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fakeRandom } from '@sekisho/ports/testing';
import type { RecipientAnswer } from '../client/transaction.ts';
import { defaultDeliveryLimits } from '../limits.ts';
import type { Lease } from '../queue/recipient.ts';
import { testEnvelope } from '../testing/queue-setup.ts';
import { judge, type JudgeView } from './judge.ts';

const hour = 3_600_000;
const lease: Lease = {
  message: 'm1',
  recipient: 0,
  lease: 1,
  leaseUntil: 1,
  forwardPath: { address: { localPart: 'a', domain: 'example.net' } },
  destination: 'example.net',
  form: '',
  attempts: 0,
  queuedAt: 0,
  envelope: testEnvelope(),
};

const said = (stage: 'mail' | 'rcpt' | 'data' | 'end-of-data', code: number, enhanced?: string): RecipientAnswer => ({
  kind: 'reply',
  stage,
  reply: { code, text: ['words'], ...(enhanced === undefined ? {} : { enhanced }) },
});

const view = (now: number): JudgeView => ({
  limits: { ...defaultDeliveryLimits, retry: { ...defaultDeliveryLimits.retry, jitter: 0 } },
  now,
  random: fakeRandom(),
});

const table: [string, RecipientAnswer, boolean, string][] = [
  ['250 to the end of data', said('end-of-data', 250, '2.0.0'), false, 'delivered 2.0.0'],
  ['250 to DATA', said('data', 250), false, 'deferred 2.0.0'],
  ['550 5.1.1 to RCPT', said('rcpt', 550, '5.1.1'), false, 'failed 5.1.1'],
  ['550 with the status of another class', said('rcpt', 550, '4.1.1'), false, 'failed 5.0.0'],
  ['554 to the end of data', said('end-of-data', 554), false, 'failed 5.0.0'],
  ['450 to MAIL', said('mail', 450, '4.7.1'), false, 'deferred 4.7.1'],
  ['421 to DATA', said('data', 421), false, 'deferred 4.0.0'],
  ['452 to RCPT, alone', said('rcpt', 452, '4.5.3'), false, 'deferred 4.5.3'],
  ['452 to RCPT behind others that were let in', said('rcpt', 452, '4.5.3'), true, 'postponed null'],
  ['552 to RCPT behind others that were let in', said('rcpt', 552), true, 'postponed null'],
  ['552 to RCPT, alone', said('rcpt', 552, '5.2.2'), false, 'failed 5.2.2'],
  ['a lost session', { kind: 'lost', stage: 'end-of-data', text: 'x' }, false, 'deferred 4.4.2'],
  ['a message the server cannot take', { kind: 'unsendable', status: '5.3.4', text: 'x' }, false, 'failed 5.3.4'],
];

for (const [name, answer, othersAccepted, expected] of table) {
  test(`judge() of ${name}: ${expected}`, () => {
    const { outcome, status } = judge(lease, answer, { dsnAware: true, othersAccepted }, view(0))!;
    assert.equal(`${outcome.kind} ${status}`, expected);
  });
}

test('judge() gives no judgement about what is no longer ours', () => {
  assert.equal(judge(lease, { kind: 'fenced' }, { dsnAware: true, othersAccepted: false }, view(0)), null);
});

test('judge() tells of a delay from four hours on and gives up after five days', () => {
  const at = (now: number) =>
    judge(lease, said('rcpt', 450), { dsnAware: false, othersAccepted: false }, view(now))!.outcome;
  assert.deepEqual(at(4 * hour - 1), { kind: 'deferred', dueAt: 4 * hour - 1 + 60_000, delayed: false });
  assert.deepEqual(at(4 * hour), { kind: 'deferred', dueAt: 4 * hour + 60_000, delayed: true });
  assert.deepEqual(at(5 * 24 * hour), { kind: 'failed', cause: 'expired' });
});
