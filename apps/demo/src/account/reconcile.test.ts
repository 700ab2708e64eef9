import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DELIVERED, type Expected, type Play, refused } from '../plays/play.ts';
import type { Outcome } from '../smtp/play-client.ts';
import type { SunkMessage } from '../smtp/sink.ts';
import { isSettled, type Kept, takeAccount } from './account.ts';
import { percentilesOf } from './figures.ts';
import { reconcile } from './reconcile.ts';

const ID = '01m7wntcv800064';
const PATH = 'taro@aoba.example';
const RAW = Buffer.from('Subject: x\r\n\r\ntext\r\n');

const outcome = (expected: Expected, change: Partial<Outcome> = {}): Outcome => {
  const play: Play = {
    about: 'business',
    port: 'smtp',
    from: '127.0.0.41',
    ehlo: 'mail.outside.example',
    reversePath: 'hanako@outside.example',
    forwardPaths: [PATH],
    raw: RAW,
    expected,
  };
  return { play, refusals: [], accepted: { spoolId: ID, forwardPaths: [PATH], acceptMs: 1 }, ...change };
};

const sunk = (change: Partial<SunkMessage> = {}): SunkMessage => {
  const trace = `Received: from mail.outside.example ([127.0.0.41])\r\n\tby mx.sekisho.example with ESMTP id ${ID};\r\n\tFri\r\n`;
  const content = Buffer.concat([Buffer.from(trace), RAW]);
  return { reversePath: '<hanako@outside.example>', forwardPaths: [PATH], content, at: 0, ...change };
};

const kept = (kind: Kept['kind'], why = ''): Kept => {
  return { tenant: 'aoba-shoji', spoolId: ID, forwardPath: PATH, kind, why };
};

const faults = (...about: Parameters<typeof takeAccount>) => {
  const account = takeAccount(...about);
  const taken = account.outcomes.filter(({ accepted }) => accepted).length + account.reports.length;
  return reconcile(account, [{ stored: taken, indexed: taken, faults: 0 }]).map(({ en }) => en);
};

test('reconcile() has nothing to say when each forward-path came to its one fate', () => {
  assert.deepEqual(faults([outcome(DELIVERED)], [sunk()], []), []);
  const expected: Expected = { kind: 'quarantined', reason: 'infected' };
  assert.deepEqual(faults([outcome(expected)], [], [kept('quarantined', 'infected')]), []);
  assert.deepEqual(faults([outcome({ kind: 'waits' })], [], [kept('waiting')]), []);
});

test('reconcile() tells what is lost, doubled, changed, unexpected and from nowhere', () => {
  assert.match(faults([outcome(DELIVERED)], [], []).join(), /not exactly one fate: -/);
  assert.match(faults([outcome(DELIVERED)], [sunk(), sunk()], []).join(), /delivered, delivered/);
  assert.match(faults([outcome(DELIVERED)], [sunk()], [kept('quarantined')]).join(), /delivered, quarantined/);
  const torn = sunk();
  assert.match(
    faults([outcome(DELIVERED)], [{ ...torn, content: torn.content.subarray(0, -3) }], []).join(),
    /was changed/,
  );
  assert.match(faults([outcome(DELIVERED)], [], [kept('quarantined', 'infected')]).join(), /became quarantined/);
  assert.match(faults([], [sunk()], []).join(), /nobody sent/);
});

test('reconcile() compares replies with what they had to be', () => {
  const refusal = { to: 'content', code: 554, enhanced: '5.6.0', text: 'no' } as const;
  assert.deepEqual(faults([outcome(refused(554), { accepted: null, refusals: [refusal] })], [], []), []);
  assert.match(
    faults([outcome(refused(550), { accepted: null, refusals: [refusal] })], [], []).join(),
    /should have met 550/,
  );
  assert.match(faults([outcome(refused(550))], [sunk()], []).join(), /should have been refused/);
  assert.match(faults([outcome(DELIVERED, { accepted: null, refusals: [refusal] })], [], []).join(), /was refused/);
});

test('reconcile() asks whether everything is archived once, indexed and whole', () => {
  const account = takeAccount([outcome(DELIVERED)], [sunk()], []);
  const said = (stored: number, indexed: number, damaged: number) =>
    reconcile(account, [
      { stored, indexed, faults: damaged },
      { stored: 0, indexed: 0, faults: 0 },
    ]).length;
  assert.deepEqual([said(1, 1, 0), said(0, 0, 0), said(2, 2, 0), said(1, 0, 0), said(1, 1, 1)], [0, 1, 1, 1, 1]);
});

test('takeAccount() does not take a report for the message that it quotes', () => {
  const content = Buffer.concat([
    Buffer.from(`Received: from x\r\n\tby mx with ESMTP id 01m7wntcv8000zz;\r\n\r\n`),
    sunk().content,
  ]);
  const account = takeAccount(
    [outcome({ kind: 'returned' })],
    [sunk({ reversePath: '<>', content })],
    [kept('returned')],
  );
  assert.equal(account.reports.length, 1);
  assert.equal(isSettled(account), true);
  assert.deepEqual(reconcile(account, [{ stored: 2, indexed: 2, faults: 0 }]), []);
});

test('percentilesOf() takes the nearest rank', () => {
  assert.deepEqual(percentilesOf([5, 1, 4, 2, 3]), { count: 5, p50: 3, p95: 5 });
  assert.deepEqual(percentilesOf([]), { count: 0, p50: 0, p95: 0 });
});
