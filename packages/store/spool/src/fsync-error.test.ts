import assert from 'node:assert/strict';
import { access, readdir } from 'node:fs/promises';
import { basename } from 'node:path';
import { test } from 'node:test';
import { SpoolFullError, SpoolSyncError } from './errors.ts';
import { faultyFileOps, openTestSpool, testEnvelope } from './testing.ts';

const body = [Buffer.from('x')];

/** A spool whose preparation in the background is done, so that faults hit what the test means. */
async function calmSpool(closed: [string, boolean][] = []) {
  const ops = faultyFileOps();
  const spool = await openTestSpool({
    ops,
    limits: { segmentOctets: 32 * 1024, inlineBodyOctets: 8192, spareSegments: 0 },
    segmentClosed: (file, isFailed) => closed.push([file, isFailed]),
  });
  await spool.writer.prepared();
  return { ops, spool };
}

for (const operation of ['sync', 'write'] as const) {
  test(`a failed ${operation} refuses the whole batch, and nobody is told 250`, async () => {
    const { ops, spool } = await calmSpool();
    await using _ = spool;
    ops.fail(operation, 'EIO');
    const results = await Promise.allSettled(
      Array.from({ length: 5 }, () => spool.writer.append(testEnvelope(), body)),
    );
    for (const one of results) {
      assert.equal(one.status, 'rejected');
      assert.ok(one.reason instanceof SpoolSyncError);
    }
    assert.equal(spool.log.events.filter(({ event }) => event === 'spool.segment-failed').length, 1);
  });
}

test('a segment whose sync failed is never written or synced again, and the next message goes to another', async () => {
  const closed: [string, boolean][] = [];
  const { ops, spool } = await calmSpool(closed);
  await using _ = spool;
  const before = await spool.writer.append(testEnvelope(), body);
  ops.fail('sync', 'EIO');
  await assert.rejects(spool.writer.append(testEnvelope(), body), SpoolSyncError);
  const since = ops.done.length;
  const after = await spool.writer.append(testEnvelope(), body);
  assert.notEqual(after.segmentFile, before.segmentFile);
  const failed = basename(before.segmentFile, '.segment');
  assert.ok(ops.done.slice(0, since).some(([operation, name]) => operation === 'sync' && name.startsWith(failed)));
  assert.ok(!ops.done.slice(since).some(([, name]) => name.startsWith(failed)));
  assert.deepEqual(closed[0], [before.segmentFile, true]);
});

test('what waits behind a failed batch in the same segment is refused with it', async () => {
  const { ops, spool } = await calmSpool();
  await using _ = spool;
  const release = ops.block('sync');
  const first = spool.writer.append(testEnvelope(), body);
  while (ops.done.at(-1)?.[0] !== 'write') await new Promise(setImmediate);
  const second = spool.writer.append(testEnvelope(), body);
  ops.fail('sync', 'EIO');
  release();
  const results = await Promise.allSettled([first, second]);
  assert.deepEqual(
    results.map((one) => one.status === 'rejected' && one.reason instanceof SpoolSyncError),
    [true, true],
  );
});

test('a full disk refuses with SpoolFullError, whether it shows while writing or while a segment is made', async () => {
  const { ops, spool } = await calmSpool();
  await using _ = spool;
  ops.fail('write', 'ENOSPC', 1);
  await assert.rejects(spool.writer.append(testEnvelope(), body), SpoolFullError);
  await spool.writer.append(testEnvelope(), body);
  await spool.writer.prepared();
  ops.fail('open', 'ENOSPC', Number.POSITIVE_INFINITY);
  const many = Array.from({ length: 40 }, () => spool.writer.append(testEnvelope(), [Buffer.alloc(4000)]));
  const results = await Promise.allSettled(many);
  const refused = results.filter((one) => one.status === 'rejected');
  assert.ok(refused.length > 0 && refused.length < 40);
  for (const one of refused) assert.ok(one.reason instanceof SpoolFullError);
  ops.fail('open', 'ENOSPC', 0);
  await spool.writer.append(testEnvelope(), [Buffer.alloc(4000)]);
});

test('a segment that cannot be made durable takes no record and leaves no file', async () => {
  const { ops, spool } = await calmSpool();
  await using _ = spool;
  ops.fail('syncFolder', 'EIO', 1);
  const many = Array.from({ length: 20 }, () => spool.writer.append(testEnvelope(), [Buffer.alloc(4000)]));
  const results = await Promise.allSettled(many);
  for (const one of results) {
    if (one.status === 'rejected') assert.ok(one.reason instanceof SpoolSyncError);
    else await access(one.value.segmentFile);
  }
  assert.deepEqual(
    (await readdir(spool.folder)).filter((name) => name.endsWith('.tmp')),
    [],
  );
});

test('a large body whose sync fails is refused and leaves no file', async () => {
  const { ops, spool } = await calmSpool();
  await using _ = spool;
  for (const [operation, code, kind] of [
    ['sync', 'EIO', SpoolSyncError],
    ['write', 'ENOSPC', SpoolFullError],
    ['open', 'ENOSPC', SpoolFullError],
    ['rename', 'EIO', SpoolSyncError],
  ] as const) {
    ops.fail(operation, code);
    await assert.rejects(spool.writer.append(testEnvelope(), [Buffer.alloc(100_000)]), kind);
  }
  const names = await readdir(spool.folder);
  assert.deepEqual(
    names.filter((name) => /tmp|body/.test(name)),
    [],
  );
});
