import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { PackFullError, PackSyncError } from './errors.ts';
import { faultyFileOps, openTestPacks } from './testing.ts';

test('sync() syncs each dirty pack once, and the folder when a pack is new', async () => {
  const ops = faultyFileOps();
  await using one = openTestPacks({ ops });
  one.packs.append(randomBytes(10), 'a');
  one.packs.append(randomBytes(10), 'a');
  one.packs.append(randomBytes(10), 'b');
  assert.ok(!ops.done.includes('sync'));
  await one.packs.sync();
  assert.deepEqual(ops.done.slice(-3), ['sync', 'sync', 'syncFolder']);
  const since = ops.done.length;
  await one.packs.sync();
  one.packs.append(randomBytes(10), 'a');
  await one.packs.sync();
  assert.deepEqual(ops.done.slice(since), ['write', 'sync']);
});

test('what is appended while a sync runs is dirty for the next', async () => {
  const ops = faultyFileOps();
  await using one = openTestPacks({ ops });
  one.packs.append(randomBytes(10), 'a');
  const first = one.packs.sync();
  await Promise.resolve();
  one.packs.append(randomBytes(10), 'a');
  await first;
  const since = ops.done.length;
  await one.packs.sync();
  assert.deepEqual(ops.done.slice(since), ['sync']);
});

test('a closed pack is synced too, and its file closed after it', async () => {
  const ops = faultyFileOps();
  await using one = openTestPacks({ ops, limits: { packOctets: 100 } });
  for (let n = 0; n < 5; n += 1) one.packs.append(randomBytes(60), 'a');
  await one.packs.sync();
  assert.equal(ops.done.filter((operation) => operation === 'sync').length, 5);
});

for (const operation of ['sync', 'syncFolder', 'write'] as const) {
  test(`after a failed ${operation} packs take nothing more, and can still be read`, async () => {
    const ops = faultyFileOps();
    await using one = openTestPacks({ ops });
    const body = randomBytes(10);
    const place = one.packs.append(body, 'a');
    ops.fail(operation, 'EIO');
    await assert.rejects(async () => {
      one.packs.append(randomBytes(10), 'a');
      await one.packs.sync();
    }, PackSyncError);
    const since = ops.done.length;
    assert.throws(() => one.packs.append(randomBytes(10), 'b'), PackSyncError);
    assert.throws(() => one.packs.adopt('/nowhere', 'a'), PackSyncError);
    await assert.rejects(one.packs.sync(), PackSyncError);
    assert.deepEqual(ops.done.slice(since), []);
    assert.ok(one.packs.failure instanceof PackSyncError);
    assert.deepEqual(one.packs.read(place), body);
  });
}

test('a full disk refuses one append, and the packs are as they were', async () => {
  const ops = faultyFileOps();
  await using one = openTestPacks({ ops });
  one.packs.append(randomBytes(10), 'a');
  ops.fail('write', 'ENOSPC');
  assert.throws(() => one.packs.append(randomBytes(10), 'a'), PackFullError);
  const body = randomBytes(20);
  const place = one.packs.append(body, 'a');
  assert.equal(place.offset, 10);
  assert.deepEqual(one.packs.read(place), body);
  await one.packs.sync();
});
