import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { basename } from 'node:path';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { SpoolClosedError } from './errors.ts';
import { openBodyOf, openBodyStreamOf } from './open-body.ts';
import { readSegment } from './read-segment.ts';
import { removeUnreferencedBodies } from './remove-bodies.ts';
import { faultyFileOps, openTestSpool, testEnvelope } from './testing.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Octets of buffers that something still refers to. The second collection waits for the first one's sweeping. */
function heldOctets(): number {
  collectGarbage();
  collectGarbage();
  return process.memoryUsage().arrayBuffers;
}

test('LargeBodyWriter stores a body written in chunks of any size, and recovery gives it back', async () => {
  await using spool = await openTestSpool();
  const body = randomBytes(300_000);
  const large = spool.writer.openLargeBody();
  for (let at = 0; at < body.length; at += 7001) await large.write(body.subarray(at, at + 7001));
  const reference = await large.finish(testEnvelope());
  assert.deepEqual(
    [reference.bodyKind, reference.sizeOctets, reference.bodyOctets, reference.sha256],
    ['large', body.length, 0, createHash('sha256').update(body).digest()],
  );
  assert.ok((await openBodyOf(reference)).equals(body));
  const found = await Array.fromAsync(readSegment(reference.segmentFile, spool.vault));
  assert.deepEqual(found, [reference]);
});

test('LargeBodyWriter syncs file, then folder, and only then writes the record', async () => {
  const ops = faultyFileOps();
  await using spool = await openTestSpool({ ops, limits: { spareSegments: 0 } });
  await spool.writer.append(testEnvelope(), [Buffer.from('x')]);
  await spool.writer.prepared();
  const from = ops.done.length;
  await spool.writer.append(testEnvelope(), [randomBytes(70_000)]);
  const done = ops.done.slice(from).map(([operation]) => operation);
  assert.deepEqual(done.slice(-6), ['write', 'sync', 'rename', 'syncFolder', 'write', 'sync']);
});

test('a body of 50 MB holds a few chunks of memory while it is written and read', async () => {
  await using spool = await openTestSpool();
  const large = spool.writer.openLargeBody();
  const chunk = randomBytes(1024 * 1024);
  await large.write(chunk);
  const start = heldOctets();
  let most = 0;
  for (let n = 1; n < 50; n += 1) {
    await large.write(chunk);
    if (n % 10 === 0) most = Math.max(most, heldOctets() - start);
  }
  const reference = await large.finish(testEnvelope());
  let octets = 0;
  for await (const frame of openBodyStreamOf(reference)) {
    octets += frame.length;
    if (octets % (100 * frame.length) === 0) most = Math.max(most, heldOctets() - start);
  }
  assert.equal(octets, 50 * chunk.length);
  assert.ok(most < 4 * chunk.length, `${most} octets beyond the start`);
});

test('abandon() removes what was written, and the writer takes nothing more', async () => {
  await using spool = await openTestSpool();
  const large = spool.writer.openLargeBody();
  await large.write(randomBytes(200_000));
  await large.abandon();
  await large.abandon();
  assert.deepEqual(
    (await readdir(spool.folder)).filter((name) => /^0-[0-9a-f]{32}/.test(name)),
    [],
  );
  await assert.rejects(large.write(Buffer.from('x')), SpoolClosedError);
  await assert.rejects(large.finish(testEnvelope()), SpoolClosedError);
});

test('removeUnreferencedBodies() removes bodies without a record, and no younger ones', async () => {
  await using spool = await openTestSpool();
  const kept = await spool.writer.append(testEnvelope(), [randomBytes(100_000)]);
  const lost = await spool.writer.append(testEnvelope(), [randomBytes(100_000)]);
  assert.deepEqual(await removeUnreferencedBodies(spool.folder, [kept.bodyFile!], Date.now() - 60_000), []);
  const removed = await removeUnreferencedBodies(spool.folder, [kept.bodyFile!], Date.now() + 1000);
  assert.deepEqual(removed, [basename(lost.bodyFile!)]);
  assert.equal((await openBodyOf(kept)).length, 100_000);
});
