import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { readSpoolId } from '@sekisho/terms';
import { RecordTooLargeError, SpoolClosedError } from './errors.ts';
import { listSegments } from './list-segments.ts';
import { openBodyOf } from './open-body.ts';
import { readSealedBodies, readSealedBody } from './read-sealed-body.ts';
import { readSegment } from './read-segment.ts';
import type { SpoolReference } from './reference.ts';
import { faultyFileOps, openTestSpool, type TestSpool, testEnvelope } from './testing.ts';

async function readAll({ folder, vault }: Pick<TestSpool, 'folder' | 'vault'>): Promise<SpoolReference[]> {
  const found: SpoolReference[] = [];
  for (const { file } of await listSegments(folder)) for await (const one of readSegment(file, vault)) found.push(one);
  return found;
}

test('SpoolWriter gives the reference that readSegment() reads back, for bodies of every size and number of parts', async () => {
  await using spool = await openTestSpool();
  const bodies = [
    [],
    [Buffer.alloc(0)],
    [Buffer.from('a')],
    [randomBytes(1000), randomBytes(3)],
    [randomBytes(65_536)],
  ];
  const sent = await Promise.all(bodies.map((body) => spool.writer.append(testEnvelope(), body)));
  assert.deepEqual(await readAll(spool), sent);
  for (const [at, one] of sent.entries()) assert.deepEqual(await openBodyOf(one), Buffer.concat(bodies[at]!));
});

test('SpoolWriter keeps the envelope as it was, with names beyond ASCII', async () => {
  await using spool = await openTestSpool();
  const envelope = testEnvelope({
    reversePath: null,
    forwardPaths: [
      { address: { localPart: '花子', domain: 'example.jp' }, notify: ['never'], originalRecipient: 'rfc822;花子' },
    ],
    dsn: { ret: 'hdrs', envelopeId: 'x\u0000y' },
  });
  const { spoolId } = await spool.writer.append(envelope, [Buffer.from('x')]);
  const [found] = await readAll(spool);
  assert.deepEqual([found!.spoolId, found!.envelope], [spoolId, envelope]);
});

test('SpoolWriter syncs once for all that arrived while the last sync ran', async () => {
  const ops = faultyFileOps();
  await using spool = await openTestSpool({ ops, limits: { spareSegments: 0 } });
  await spool.writer.append(testEnvelope(), [Buffer.from('first')]);
  await spool.writer.prepared();
  const release = ops.block('sync');
  const first = spool.writer.append(testEnvelope(), [Buffer.from('alone')]);
  while (ops.done.at(-1)?.[0] !== 'write') await new Promise(setImmediate);
  const rest = Array.from({ length: 20 }, () => spool.writer.append(testEnvelope(), [Buffer.from('together')]));
  const before = ops.done.length;
  release();
  await Promise.all([first, ...rest]);
  assert.deepEqual(
    ops.done.slice(before).map(([operation]) => operation),
    ['sync', 'write', 'sync'],
  );
});

test('SpoolWriter resolves no append before its sync is done', async () => {
  const ops = faultyFileOps();
  await using spool = await openTestSpool({ ops, limits: { spareSegments: 0 } });
  await spool.writer.prepared();
  const release = ops.block('sync');
  let isDone = false;
  const append = spool.writer.append(testEnvelope(), [Buffer.from('x')]).then(() => {
    isDone = true;
  });
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(isDone, false);
  release();
  await append;
});

test('SpoolWriter goes on in new segments, each named by the spool ids of its records', async () => {
  const closed: string[] = [];
  await using spool = await openTestSpool({
    limits: { segmentOctets: 32 * 1024, inlineBodyOctets: 8192 },
    segmentClosed: (file) => closed.push(file),
  });
  const sent = await Promise.all(
    Array.from({ length: 60 }, () => spool.writer.append(testEnvelope(), [randomBytes(3000)])),
  );
  const segments = await listSegments(spool.folder);
  assert.ok(segments.length > 6);
  for (const one of sent) {
    const { front, segment, offset } = readSpoolId(one.spoolId);
    const file = segments.find(({ number }) => number === segment)!;
    assert.deepEqual([front, offset, one.segmentFile], [file.front, one.offset, file.file]);
  }
  assert.equal((await readAll(spool)).length, 60);
  assert.deepEqual(
    closed.filter((file) => spool.writer.liveSegments().includes(file)),
    [],
  );
});

test('liveSegments() names every segment in the folder that is not closed, at every moment', async () => {
  const closed: string[] = [];
  await using spool = await openTestSpool({
    limits: { segmentOctets: 32 * 1024, inlineBodyOctets: 8192 },
    segmentClosed: (file) => closed.push(file),
  });
  let left = 60;
  const append = async () => {
    while (left-- > 0) await spool.writer.append(testEnvelope(), [randomBytes(3000)]);
  };
  const work = Promise.all([append(), append(), append()]);
  while (left > 0) {
    const listed = await listSegments(spool.folder);
    const known = [...closed, ...spool.writer.liveSegments()];
    assert.deepEqual(
      listed.map(({ file }) => file).filter((file) => !known.includes(file)),
      [],
    );
  }
  await work;
});

test('SpoolWriter leaves segments of earlier runs as they are', async () => {
  await using spool = await openTestSpool();
  const first = await spool.writer.append(testEnvelope(), [Buffer.from('before')]);
  await spool.writer.close();
  const { size, mtimeMs } = await stat(first.segmentFile);
  await using again = await openTestSpool({ folder: spool.folder });
  const second = await again.writer.append(testEnvelope(), [Buffer.from('after')]);
  assert.notEqual(second.segmentFile, first.segmentFile);
  assert.deepEqual([(await stat(first.segmentFile)).size, (await stat(first.segmentFile)).mtimeMs], [size, mtimeMs]);
  assert.deepEqual(
    (await readAll(spool)).map((one) => one.spoolId),
    [first.spoolId, second.spoolId],
  );
});

test('SpoolWriter keeps fronts apart in one folder', async () => {
  await using spool = await openTestSpool();
  await using other = await openTestSpool({ folder: spool.folder, front: 31 });
  await spool.writer.append(testEnvelope(), [Buffer.from('x')]);
  await other.writer.append(testEnvelope(), [Buffer.from('y')]);
  assert.deepEqual([...new Set((await readAll(spool)).map((one) => readSpoolId(one.spoolId).front))], [0, 31]);
});

test('SpoolWriter makes files for their owner alone', async () => {
  await using spool = await openTestSpool();
  await spool.writer.append(testEnvelope(), [randomBytes(100_000)]);
  await spool.writer.prepared();
  assert.equal((await stat(spool.folder)).mode & 0o777, 0o700);
  for (const name of await readdir(spool.folder)) {
    assert.equal((await stat(join(spool.folder, name))).mode & 0o777, 0o600, name);
  }
});

test('SpoolWriter refuses what is appended after close(), and finishes what was appended before', async () => {
  await using spool = await openTestSpool();
  const before = spool.writer.append(testEnvelope(), [Buffer.from('x')]);
  const closing = spool.writer.close();
  await assert.rejects(spool.writer.append(testEnvelope(), [Buffer.from('y')]), SpoolClosedError);
  await closing;
  assert.equal((await before).sizeOctets, 1);
});

test('close() leaves no empty segment behind', async () => {
  await using spool = await openTestSpool();
  await spool.writer.close();
  assert.deepEqual(await listSegments(spool.folder), []);
});

test('SpoolWriter refuses a record that fits into no segment', async () => {
  await using spool = await openTestSpool({ limits: { segmentOctets: 32 * 1024 } });
  await assert.rejects(spool.writer.append(testEnvelope(), [randomBytes(40_000)]), RecordTooLargeError);
});

test('readSealedBody() gives the sealed octets as they lie', async () => {
  await using spool = await openTestSpool();
  const one = await spool.writer.append(testEnvelope(), [Buffer.from('Dear Hanako')]);
  const two = await spool.writer.append(testEnvelope(), [Buffer.from('Dear Taro')]);
  assert.deepEqual(readSealedBodies([one, two]), [readSealedBody(one), readSealedBody(two)]);
  assert.equal(readSealedBody(one).length, 'Dear Hanako'.length + 28);
  assert.ok(!readSealedBody(one).includes('Hanako'));
});

test('hasRoom() keeps the reserve and counts what was promised since the disk was asked', async () => {
  const ops = { ...faultyFileOps(), freeOctets: async () => 1_000_000 };
  await using spool = await openTestSpool({ ops, limits: { reserveOctets: 400_000 } });
  assert.equal(spool.writer.hasRoom(600_000), true);
  assert.equal(spool.writer.hasRoom(600_001), false);
  await spool.writer.append(testEnvelope(), [randomBytes(50_000)]);
  assert.equal(spool.writer.hasRoom(560_000), false);
});
