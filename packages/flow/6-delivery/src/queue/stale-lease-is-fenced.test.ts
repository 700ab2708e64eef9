/** Bug class: a worker that slept past its lease comes back and acts (Stalwart's lease refresh, Postal's stale locks). */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openTestQueue } from '../testing/queue-setup.ts';

const minute = 60_000;
const delivered = { kind: 'delivered', dsnAware: false } as const;

test('a lease that runs out is claimed again, and its attempt stays as one of unknown outcome', async () => {
  await using queue = await openTestQueue();
  await queue.put('m1', ['a']);
  const [first] = (await queue.claim()).leases;
  queue.clock.advance(minute + 1);
  const [second] = (await queue.claim({ owner: 'run-2' })).leases;
  assert.ok(second!.lease > first!.lease);
  assert.equal(second!.attempts, 1);
  const steps = await queue.ask('history', { message: 'm1' });
  assert.deepEqual(
    steps.map(({ outcome }) => outcome),
    ['unknown'],
  );
});

test('a worker that slept past its lease can neither settle nor extend', async () => {
  await using queue = await openTestQueue();
  await queue.put('m1', ['a']);
  const [sleeper] = (await queue.claim()).leases;
  queue.clock.advance(minute + 1);
  const [holder] = (await queue.claim({ owner: 'run-2' })).leases;
  const stale = [{ message: 'm1', recipient: 0 }];
  assert.deepEqual((await queue.settle(sleeper!, { kind: 'failed', cause: 'remote' })).stale, stale);
  assert.deepEqual((await queue.ask('extend', { leases: [keyOf(sleeper!)], leaseMs: 9 * minute })).stale, stale);
  const [row] = await queue.rows('m1');
  assert.deepEqual([row!.state, row!.dueAt], ['leased', queue.clock.now() + minute]);
  assert.deepEqual((await queue.settle(holder!, delivered)).stale, []);
  assert.deepEqual((await queue.settle(holder!, delivered)).stale, stale);
  assert.equal((await queue.rows('m1'))[0]!.state, 'delivered');
});

test('extend() keeps the message of a slow worker from others', async () => {
  await using queue = await openTestQueue();
  await queue.put('m1', ['a']);
  const [lease] = (await queue.claim()).leases;
  for (let n = 0; n < 5; n++) {
    queue.clock.advance(minute / 2);
    const extended = await queue.ask('extend', { leases: [keyOf(lease!)], leaseMs: minute });
    assert.deepEqual(extended, { leaseUntil: queue.clock.now() + minute, stale: [] });
  }
  assert.equal((await queue.claim({ owner: 'run-2' })).leases.length, 0);
  assert.deepEqual((await queue.settle(lease!, delivered)).stale, []);
});

test('reclaim() makes the leases of an earlier run due at once, and leaves those of this run', async () => {
  await using queue = await openTestQueue();
  await queue.put('m1', ['a']);
  const [dead] = (await queue.claim({ owner: 'run-1' })).leases;
  await queue.put('m2', ['a']);
  const [alive] = (await queue.claim({ owner: 'run-2' })).leases;
  assert.deepEqual(await queue.ask('reclaim', { owner: 'run-2' }), { reclaimed: 1 });
  const [again] = (await queue.claim({ owner: 'run-2' })).leases;
  assert.equal(again!.message, 'm1');
  assert.equal((await queue.settle(dead!, delivered)).stale.length, 1);
  assert.equal((await queue.settle(alive!, delivered)).stale.length, 0);
});

test('retry() by a person fences nobody who holds a lease', async () => {
  await using queue = await openTestQueue();
  await queue.put('m1', ['a']);
  const [lease] = (await queue.claim()).leases;
  assert.equal((await queue.ask('retry', { which: { message: 'm1' } })).retried, 0);
  assert.equal((await queue.settle(lease!, delivered)).stale.length, 0);
});

const keyOf = ({ message, recipient, lease }: { message: string; recipient: number; lease: number }) => ({
  message,
  recipient,
  lease,
});
