import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fakeClock } from '@sekisho/ports/testing';
import { diskFileOps } from './file-ops.ts';
import { SegmentNumbers } from './segment-numbers.ts';
import { openTestSpool, testEnvelope } from './testing.ts';

test('SegmentNumbers gives milliseconds, and one more where two fall into the same', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sekisho-numbers-'));
  const clock = fakeClock(1000);
  const numbers = await SegmentNumbers.open(folder, 0, clock, diskFileOps);
  assert.deepEqual([await numbers.next(), await numbers.next()], [1000, 1001]);
  clock.advance(500);
  assert.equal(await numbers.next(), 1500);
  await rm(folder, { recursive: true });
});

test('SegmentNumbers never gives a number twice, although the clock steps back and all segments are gone', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sekisho-numbers-'));
  const first = await SegmentNumbers.open(folder, 0, fakeClock(1_000_000), diskFileOps);
  const last = await first.next();
  const second = await SegmentNumbers.open(folder, 0, fakeClock(5), diskFileOps);
  assert.equal(await second.next(), last + 1);
  const other = await SegmentNumbers.open(folder, 1, fakeClock(5), diskFileOps);
  assert.equal(await other.next(), 5);
  await rm(folder, { recursive: true });
});

test('SegmentNumbers goes by the segments that are there when its file is lost', async () => {
  await using spool = await openTestSpool();
  const { spoolId } = await spool.writer.append(testEnvelope(), [Buffer.from('x')]);
  await spool.writer.close();
  for (const name of await readdir(spool.folder)) if (name.endsWith('.last')) await unlink(join(spool.folder, name));
  await using again = await openTestSpool({ folder: spool.folder, clock: fakeClock(0) });
  assert.ok((await again.writer.append(testEnvelope(), [Buffer.from('y')])).spoolId > spoolId);
});
