import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { access, readFile, writeFile } from 'node:fs/promises';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { SpoolSyncError } from './errors.ts';
import { listSegments } from './list-segments.ts';
import { openBodyOf } from './open-body.ts';
import { type Damage, readSegment } from './read-segment.ts';
import { faultyFileOps, openTestSpool, type TestSpool, testEnvelope } from './testing.ts';

async function idsIn({ folder, vault }: TestSpool, damage: Damage[] = []): Promise<string[]> {
  const ids: string[] = [];
  for (const { file } of await listSegments(folder)) {
    for await (const one of readSegment(file, vault, (found) => damage.push(found))) ids.push(one.spoolId);
  }
  return ids;
}

test('a provisional message can be inspected before it is ours', async () => {
  const ops = faultyFileOps();
  await using spool = await openTestSpool({ ops, limits: { spareSegments: 0 } });
  await spool.writer.prepared();
  const release = ops.block('sync');
  const provisional = await spool.writer.beginProvisional(testEnvelope(), [Buffer.from('look at me')]);
  assert.equal((await openBodyOf(provisional.reference)).toString(), 'look at me');
  let isOurs = false;
  const accepted = provisional.accept().then((reference) => {
    isOurs = true;
    return reference;
  });
  await wait(10);
  assert.equal(isOurs, false);
  release();
  assert.deepEqual(await accepted, provisional.reference);
  assert.deepEqual(await idsIn(spool), [provisional.reference.spoolId]);
});

test('a void message never replays, its neighbours do, and nothing is reported as damaged', async () => {
  await using spool = await openTestSpool();
  const before = await spool.writer.append(testEnvelope(), [randomBytes(500)]);
  const provisional = await spool.writer.beginProvisional(testEnvelope(), [randomBytes(500)]);
  const after = await spool.writer.append(testEnvelope(), [randomBytes(500)]);
  await provisional.void();
  const damage: Damage[] = [];
  assert.deepEqual(await idsIn(spool, damage), [before.spoolId, after.spoolId]);
  assert.deepEqual(damage, []);
});

test('a message that was neither accepted nor made void replays after a crash', async () => {
  await using spool = await openTestSpool();
  const { reference } = await spool.writer.beginProvisional(testEnvelope(), [randomBytes(500)]);
  await spool.writer.append(testEnvelope(), [randomBytes(5)]);
  assert.ok((await idsIn(spool)).includes(reference.spoolId));
});

test('chance cannot make a message void', async () => {
  await using spool = await openTestSpool();
  const { segmentFile, offset } = await spool.writer.append(testEnvelope(), [randomBytes(500)]);
  const octets = await readFile(segmentFile);
  octets[offset + 12] = 3;
  await writeFile(segmentFile, octets);
  const damage: Damage[] = [];
  assert.deepEqual(await idsIn(spool, damage), []);
  assert.equal(damage.length, 1);
});

test('a message can be made void after its segment was left', async () => {
  await using spool = await openTestSpool({ limits: { segmentOctets: 32 * 1024, inlineBodyOctets: 8192 } });
  const provisional = await spool.writer.beginProvisional(testEnvelope(), [randomBytes(500)]);
  const later = await Promise.all(
    Array.from({ length: 20 }, () => spool.writer.append(testEnvelope(), [randomBytes(3000)])),
  );
  assert.ok(spool.writer.liveSegments().includes(provisional.reference.segmentFile));
  await provisional.void();
  assert.deepEqual(
    await idsIn(spool),
    later.map((one) => one.spoolId),
  );
  while (spool.writer.liveSegments().includes(provisional.reference.segmentFile)) await wait(1);
});

test('accept() rejects when the sync of its batch failed, and a failed void() says so', async () => {
  const ops = faultyFileOps();
  await using spool = await openTestSpool({ ops, limits: { spareSegments: 0 } });
  await spool.writer.prepared();
  ops.fail('sync', 'EIO');
  const one = await spool.writer.beginProvisional(testEnvelope(), [randomBytes(500)]);
  await assert.rejects(one.accept(), SpoolSyncError);
  const two = await spool.writer.beginProvisional(testEnvelope(), [randomBytes(500)]);
  await spool.writer.prepared();
  await spool.writer.append(testEnvelope(), [randomBytes(5)]);
  ops.fail('sync', 'EIO');
  await assert.rejects(two.void(), SpoolSyncError);
});

test('beginProvisional() rejects when not even the write succeeds', async () => {
  const ops = faultyFileOps();
  await using spool = await openTestSpool({ ops, limits: { spareSegments: 0 } });
  await spool.writer.prepared();
  ops.fail('write', 'EIO');
  await assert.rejects(spool.writer.beginProvisional(testEnvelope(), [randomBytes(500)]), SpoolSyncError);
});

test('a large message can be provisional too, and its file goes when it is made void', async () => {
  await using spool = await openTestSpool();
  const provisional = await spool.writer.beginProvisional(testEnvelope(), [randomBytes(100_000)]);
  assert.equal((await openBodyOf(provisional.reference)).length, 100_000);
  await provisional.void();
  await assert.rejects(access(provisional.reference.bodyFile!));
  assert.deepEqual(await idsIn(spool), []);
});

test('a message ends once: void() after accept() is refused', async () => {
  await using spool = await openTestSpool();
  const provisional = await spool.writer.beginProvisional(testEnvelope(), [randomBytes(500)]);
  await provisional.accept();
  await assert.rejects(provisional.void(), /accepted or made void/);
});

test('close() does not wait for messages that nobody ends', async () => {
  await using spool = await openTestSpool();
  const provisional = await spool.writer.beginProvisional(testEnvelope(), [randomBytes(500)]);
  await spool.writer.close();
  assert.equal((await provisional.accept()).spoolId, provisional.reference.spoolId);
});
