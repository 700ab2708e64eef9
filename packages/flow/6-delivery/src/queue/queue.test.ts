import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { openTestQueue } from '../testing/queue-setup.ts';
import { DUE } from './claim.ts';
import { COUNTS } from './counts.ts';
import { migrations } from './migrations.ts';

const minute = 60_000;
const delivered = { kind: 'delivered', dsnAware: false } as const;

test('enqueue() makes one row for each recipient, and a replay changes nothing', async () => {
  await using queue = await openTestQueue();
  await queue.put('m1', ['a', 'b@example.org']);
  const [first] = (await queue.claim({ limit: 1 })).leases;
  await queue.settle(first!, delivered);
  await queue.put('m1', ['a', 'b@example.org']);
  const rows = await queue.rows('m1');
  assert.deepEqual(
    rows.map(({ recipient, destination, state }) => [recipient, destination, state]),
    [
      [0, 'example.net', 'delivered'],
      [1, 'example.org', 'waiting'],
    ],
  );
});

test('enqueue() is undone with the transaction it belongs to', async () => {
  await using queue = await openTestQueue();
  const failing = queue.stores.transact(queue.tenant, 'full', async (tx) => {
    await tx.run(`INSERT INTO delivery_message VALUES ('m1', 'submission', NULL, 0, '7bit', NULL, NULL, 1, 1)`);
    throw new Error('no');
  });
  await assert.rejects(failing);
  await queue.put('m1', ['a']);
  assert.equal((await queue.claim()).leases[0]?.envelope.reversePath?.localPart, 'hanako');
});

test('claim() gives what is due, oldest first, with all that an attempt needs', async () => {
  await using queue = await openTestQueue();
  await queue.put('m2', ['b'], { path: { notify: ['success', 'delay'], originalRecipient: 'rfc822;B@x' } });
  queue.clock.advance(10);
  await queue.put('m1', ['a'], { envelope: { reversePath: null, ret: 'full', envelopeId: 'e', smtpUtf8: true } });
  const { leases, hasMore, nextDueAt } = await queue.claim();
  assert.deepEqual(
    leases.map(({ message }) => message),
    ['m2', 'm1'],
  );
  assert.deepEqual(leases[0]!.forwardPath, {
    address: { localPart: 'b', domain: 'example.net' },
    notify: ['success', 'delay'],
    originalRecipient: 'rfc822;B@x',
  });
  const { reversePath, ret, envelopeId, smtpUtf8 } = leases[1]!.envelope;
  assert.deepEqual([reversePath, ret, envelopeId, smtpUtf8], [null, 'full', 'e', true]);
  assert.deepEqual([hasMore, nextDueAt], [false, queue.clock.now() + minute]);
});

test('claim() gives nothing to a second worker while the lease lasts', async () => {
  await using queue = await openTestQueue();
  await queue.put('m1', ['a', 'b', 'c']);
  assert.equal((await queue.claim({ limit: 2 })).hasMore, true);
  assert.equal((await queue.claim({ owner: 'run-2' })).leases.length, 1);
  assert.equal((await queue.claim()).leases.length, 0);
});

test('claim() gives only rows whose batch is durable, and says that others wait', async () => {
  await using queue = await openTestQueue();
  await queue.put('m1', ['a'], { durability: 'ingest' });
  const before = await queue.claim();
  assert.deepEqual([before.leases.length, before.waitsForDurable], [0, true]);
  await queue.stores.syncDurable(queue.tenant);
  const after = await queue.claim();
  assert.deepEqual([after.leases.length, after.waitsForDurable], [1, false]);
});

test('claim() leaves destinations out and finds the others behind them', async () => {
  await using queue = await openTestQueue();
  for (let n = 0; n < 30; n++) await queue.put(`m${n}`, ['a@slow.example']);
  await queue.put('n1', ['a@quick.example', 'b@other.example']);
  const { leases } = await queue.claim({ except: ['slow.example', 'other.example'] });
  assert.deepEqual(
    leases.map(({ destination }) => destination),
    ['quick.example'],
  );
});

function planOf(sql: string, ...values: number[]): string[] {
  const database = new DatabaseSync(':memory:');
  for (const migration of migrations) database.exec(migration.sql);
  return database
    .prepare(`EXPLAIN QUERY PLAN ${sql}`)
    .all(...values)
    .map((row) => String(row['detail']));
}

test('claim() never reads the queue from its oldest row: what is due is found by index alone', () => {
  const plan = planOf(DUE, 1, 1, 1);
  assert.ok(plan.includes('SEARCH delivery_recipient USING COVERING INDEX delivery_due (due_at<?)'), plan.join());
  assert.deepEqual(
    plan.filter((detail) => /^SCAN (?!d$)/.test(detail)),
    [],
  );
});

test('counts() reads no row of a long queue', () => {
  const looks = planOf(COUNTS).filter((detail) => /^(SCAN|SEARCH)/.test(detail));
  assert.equal(looks.length, 2);
  assert.ok(
    looks.every((detail) => detail.includes('COVERING INDEX')),
    looks.join(),
  );
});

test('settle() keeps how each attempt went, in the words of the remote', async () => {
  await using queue = await openTestQueue();
  await queue.put('m1', ['a', 'b']);
  const [a, b] = (await queue.claim()).leases;
  const dueAt = queue.clock.now() + minute;
  await queue.settle(a!, { kind: 'deferred', dueAt, delayed: false }, { reply: '450 4.2.1 busy', status: '4.2.1' });
  await queue.settle(b!, { kind: 'failed', cause: 'remote' }, { reply: '550 5.1.1 unknown', status: '5.1.1' });
  queue.clock.advance(minute);
  const again = (await queue.claim()).leases;
  assert.deepEqual([again.length, again[0]!.attempts], [1, 1]);
  await queue.settle(again[0]!, delivered, { reply: '250 2.0.0 ok', tls: 'TLSv1.3 X verified' });
  const steps = await queue.ask('history', { message: 'm1' });
  assert.deepEqual(
    steps.map(({ address, outcome, host, ip, tls, reply }) => [address.localPart, outcome, host, ip, tls, reply]),
    [
      ['a', 'deferred', 'mx.example.net', '192.0.2.1', 'clear', '450 4.2.1 busy'],
      ['a', 'delivered', 'mx.example.net', '192.0.2.1', 'TLSv1.3 X verified', '250 2.0.0 ok'],
      ['b', 'failed', 'mx.example.net', '192.0.2.1', 'clear', '550 5.1.1 unknown'],
    ],
  );
  const rows = await queue.rows('m1');
  assert.deepEqual(
    rows.map(({ state, dueAt, lastReply }) => [state, dueAt, lastReply]),
    [
      ['delivered', null, '250 2.0.0 ok'],
      ['failed', null, '550 5.1.1 unknown'],
    ],
  );
});

test('settle() of a postponed row counts no attempt', async () => {
  await using queue = await openTestQueue();
  await queue.put('m1', ['a']);
  const [lease] = (await queue.claim()).leases;
  await queue.settle(lease!, { kind: 'postponed', dueAt: queue.clock.now(), delayed: false });
  const [again] = (await queue.claim()).leases;
  assert.deepEqual([again!.attempts, await queue.ask('history', { message: 'm1' })], [0, []]);
});

test('settle() lets a report be owed, once for each delay', async () => {
  await using queue = await openTestQueue();
  await queue.put('m1', ['a']);
  const kinds: string[] = [];
  for (const delayed of [false, true, true]) {
    const [lease] = (await queue.claim()).leases;
    const { reportsOwed } = await queue.settle(lease!, { kind: 'deferred', dueAt: queue.clock.now(), delayed });
    const owed = await queue.ask('owedReports', { limit: 10 });
    kinds.push(`${reportsOwed} ${owed.map(({ kind }) => kind)}`);
    for (const { kind, message, recipient } of owed)
      await queue.ask('reported', { kind, recipients: [{ message, recipient }] });
  }
  assert.deepEqual(kinds, ['false ', 'true delay', 'false ']);
});

test('cancel() stops what waits at once and what is under way before its next attempt', async () => {
  await using queue = await openTestQueue();
  await queue.put('m1', ['a', 'b', 'c']);
  const [a, b] = (await queue.claim({ limit: 2 })).leases;
  const answer = await queue.ask('cancel', { which: { message: 'm1' }, why: 'sent by mistake' });
  assert.deepEqual(answer, { cancelled: 1, underWay: 2, hasMore: false });
  await queue.settle(a!, delivered);
  await queue.settle(b!, { kind: 'deferred', dueAt: 0, delayed: true });
  const rows = await queue.rows('m1');
  assert.deepEqual(
    rows.map(({ state }) => state),
    ['delivered', 'cancelled', 'cancelled'],
  );
  assert.equal((await queue.claim()).leases.length, 0);
  const steps = await queue.ask('history', { message: 'm1', recipient: 2 });
  assert.deepEqual(
    steps.map(({ outcome, reply }) => [outcome, reply]),
    [['cancelled', 'keiko: sent by mistake']],
  );
});

test('cancel() holds for a lease that runs out', async () => {
  await using queue = await openTestQueue();
  await queue.put('m1', ['a']);
  await queue.claim();
  await queue.ask('cancel', { which: { everything: true } });
  queue.clock.advance(2 * minute);
  assert.equal((await queue.claim()).leases.length, 0);
  assert.equal((await queue.rows('m1'))[0]!.state, 'cancelled');
});

test('retry() makes a waiting recipient due, and gives a stopped one a new time in the queue', async () => {
  await using queue = await openTestQueue();
  await queue.put('m1', ['a', 'b@example.org', 'c']);
  const { leases } = await queue.claim();
  const later = { kind: 'deferred', dueAt: queue.clock.now() + 9 * minute, delayed: false } as const;
  await queue.settle(leases[0]!, later);
  await queue.settle(leases[1]!, later);
  await queue.settle(leases[2]!, { kind: 'failed', cause: 'remote' });
  queue.clock.advance(minute);
  assert.equal((await queue.ask('retry', { which: { destination: 'example.org' } })).retried, 1);
  assert.equal((await queue.claim()).leases.length, 1);
  assert.equal((await queue.ask('retry', { which: { message: 'm1' } })).retried, 2);
  const again = (await queue.claim()).leases;
  assert.deepEqual(
    again.map(({ recipient, queuedAt }) => [recipient, queue.clock.now() - queuedAt]),
    [
      [0, minute],
      [2, 0],
    ],
  );
});

test('list() pages through the open queue and the stopped recipients', async () => {
  await using queue = await openTestQueue();
  for (let n = 0; n < 5; n++) await queue.put(`m${n}`, ['a', 'b@example.org']);
  const seen: string[] = [];
  let after: string | undefined;
  do {
    const page = await queue.ask('list', { limit: 3, ...(after === undefined ? {} : { after }) });
    seen.push(...page.rows.map(({ message, recipient }) => `${message}/${recipient}`));
    after = page.next ?? undefined;
  } while (after !== undefined);
  assert.deepEqual([seen.length, new Set(seen).size], [10, 10]);
  assert.equal((await queue.ask('list', { destination: 'example.org' })).rows.length, 5);
  await queue.ask('cancel', { which: { destination: 'example.org' } });
  assert.equal((await queue.ask('list', { state: 'cancelled', limit: 500 })).rows.length, 5);
  assert.equal((await queue.ask('list', { state: 'failed' })).rows.length, 0);
});

test('counts() tells what is open and what stopped', async () => {
  await using queue = await openTestQueue();
  await queue.put('m1', ['a', 'b', 'c', 'd']);
  const { leases } = await queue.claim({ limit: 3 });
  await queue.settle(leases[0]!, delivered);
  await queue.settle(leases[1]!, { kind: 'failed', cause: 'remote' });
  const oldestQueuedAt = queue.clock.now();
  assert.deepEqual(await queue.ask('counts', {}), { waiting: 1, leased: 1, failed: 1, cancelled: 0, oldestQueuedAt });
});

test('a queue is its tenant\u2019s own: the same ids at another tenant find nothing', async () => {
  await using queue = await openTestQueue();
  await queue.put('m1', ['a']);
  const other = queue.other;
  assert.equal((await queue.claim({}, other)).leases.length, 0);
  assert.equal((await queue.ask('list', { message: 'm1' }, other)).rows.length, 0);
  assert.equal((await queue.ask('retry', { which: { message: 'm1' } }, other)).retried, 0);
  assert.equal((await queue.ask('cancel', { which: { everything: true } }, other)).cancelled, 0);
  assert.equal((await queue.claim()).leases.length, 1);
});

test('forget() removes a message that is over, and none that is open', async () => {
  const { forget } = await import('./forget.ts');
  await using queue = await openTestQueue();
  await queue.put('m1', ['a']);
  const [lease] = (await queue.claim()).leases;
  const forgotten = () => queue.stores.transact(queue.tenant, 'full', (tx) => forget(tx, 'm1'));
  assert.equal(await forgotten(), false);
  await queue.settle(lease!, delivered);
  assert.equal(await forgotten(), true);
  assert.deepEqual([await queue.rows('m1'), await queue.ask('history', { message: 'm1' })], [[], []]);
});
