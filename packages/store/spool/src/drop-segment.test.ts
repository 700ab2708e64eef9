import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { access, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { dropSegment } from './drop-segment.ts';
import { SpoolSyncError } from './errors.ts';
import { listSegments } from './list-segments.ts';
import { readSegment } from './read-segment.ts';
import { faultyFileOps, openTestSpool, testEnvelope } from './testing.ts';

async function droppedSpool(spareSegments: number) {
  const spool = await openTestSpool({ limits: { spareSegments: 0 } });
  const one = await spool.writer.append(testEnvelope(), [randomBytes(500)]);
  const large = await spool.writer.append(testEnvelope(), [randomBytes(100_000)]);
  await spool.writer.close();
  const before = await readFile(one.segmentFile);
  return { spool, one, large, before, spareSegments };
}

test('dropSegment() destroys the key first, and says so in the file', async () => {
  const { spool, one, before } = await droppedSpool(1);
  await using _ = spool;
  const ops = faultyFileOps();
  await dropSegment(one.segmentFile, { ops, spareSegments: 9 });
  assert.deepEqual(
    ops.done.map(([operation]) => operation),
    ['open', 'write', 'write', 'sync', 'rename', 'syncFolder'],
  );
  assert.deepEqual(await listSegments(spool.folder), []);
  const spare = await readFile(one.segmentFile.replace(/segment$/, 'spare'));
  assert.equal(spare.length, before.length);
  for (const at of [0, before.length - 4096]) {
    assert.equal(spare.toString('latin1', at, at + 8), 'SKDROP01');
    assert.ok(spare.subarray(at + 8, at + 4096).every((octet) => octet === 0));
  }
});

test('dropSegment() unlinks beyond the spares, and removes the large bodies it is told', async () => {
  const { spool, one, large } = await droppedSpool(0);
  await using _ = spool;
  await dropSegment(one.segmentFile, { spareSegments: 0, bodyFiles: [large.bodyFile!] });
  await assert.rejects(access(one.segmentFile));
  await assert.rejects(access(large.bodyFile!));
  await dropSegment(one.segmentFile);
});

test('a segment whose drop was cut off has no records, and dropping it again ends it', async () => {
  const { spool, one } = await droppedSpool(0);
  await using _ = spool;
  const ops = faultyFileOps();
  ops.fail('unlink', 'EIO');
  await assert.rejects(dropSegment(one.segmentFile, { ops, spareSegments: 0 }), /EIO/);
  assert.deepEqual(await Array.fromAsync(readSegment(one.segmentFile, spool.vault)), []);
  await dropSegment(one.segmentFile, { spareSegments: 0 });
  await assert.rejects(access(one.segmentFile));
});

test('a segment is gone as soon as one of its headers says so', async () => {
  const { spool, one, before } = await droppedSpool(0);
  await using _ = spool;
  for (const at of [0, before.length - 4096]) {
    const octets = Buffer.from(before);
    octets.write('SKDROP01', at, 'latin1');
    await writeFile(one.segmentFile, octets);
    assert.deepEqual(await Array.fromAsync(readSegment(one.segmentFile, spool.vault)), []);
  }
});

test('dropSegment() refuses a file that is not named as a segment', async () => {
  await assert.rejects(dropSegment('/tmp/precious.txt'), TypeError);
});

test('records of a recycled segment never come back, even where the new ones end amid them', async () => {
  await using spool = await openTestSpool({ limits: { segmentOctets: 64 * 1024, spareSegments: 0 } });
  const old = await Promise.all(
    Array.from({ length: 12 }, () => spool.writer.append(testEnvelope(), [randomBytes(3000)])),
  );
  await spool.writer.close();
  for (const { file } of await listSegments(spool.folder)) await dropSegment(file, { spareSegments: 9 });
  const spares = (await readdir(spool.folder)).filter((name) => name.endsWith('.spare'));
  const leftovers = await Promise.all(spares.map((name) => readFile(join(spool.folder, name))));
  assert.ok(leftovers.some((octets) => octets.includes('SKR1')));

  await using again = await openTestSpool({
    folder: spool.folder,
    limits: { segmentOctets: 64 * 1024, spareSegments: 0 },
  });
  const sent = [];
  for (let n = 0; n < 5; n += 1) sent.push(await again.writer.append(testEnvelope(), [randomBytes(1000)]));
  await again.writer.close();
  const found: string[] = [];
  const damage: object[] = [];
  for (const { file } of await listSegments(spool.folder)) {
    for await (const one of readSegment(file, spool.vault, (report) => damage.push(report))) found.push(one.spoolId);
  }
  assert.deepEqual(
    found,
    sent.map((one) => one.spoolId),
  );
  assert.ok(old.every((one) => !found.includes(one.spoolId)));
  assert.deepEqual(damage, []);
});

test('a spare that fails in use is refused and removed', async () => {
  const ops = faultyFileOps();
  await using spool = await openTestSpool({ ops, limits: { segmentOctets: 32 * 1024, inlineBodyOctets: 8192 } });
  ops.fail('sync', 'EIO', 1);
  const results = await Promise.allSettled(
    Array.from({ length: 40 }, () => spool.writer.append(testEnvelope(), [randomBytes(3000)])),
  );
  for (const one of results) if (one.status === 'rejected') assert.ok(one.reason instanceof SpoolSyncError);
  await spool.writer.append(testEnvelope(), [randomBytes(3000)]);
});
