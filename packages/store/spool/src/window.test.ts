import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { type FileHandle, mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Window } from './window.ts';

const folder = await mkdtemp(join(tmpdir(), 'sekisho-window-'));
after(() => rm(folder, { recursive: true }));

async function fileOf(octets: Buffer): Promise<FileHandle> {
  const file = join(folder, randomBytes(8).toString('hex'));
  await writeFile(file, octets);
  return open(file, 'r');
}

/** The real file, with an error of the disk for every read that touches one of these octets. */
function badDisk(handle: FileHandle, bad: readonly number[]): Pick<FileHandle, 'read'> {
  const read = async (into: Buffer, from: number, length: number, position: number) => {
    if (bad.some((at) => at >= position && at < position + length)) {
      throw Object.assign(new Error('EIO: made for a test, read'), { code: 'EIO' });
    }
    return handle.read(into, from, length, position);
  };
  return { read: read as FileHandle['read'] };
}

test('Window reads forward and back, across its borders and up to the end', async () => {
  const octets = randomBytes(9 * 1024 * 1024);
  await using handle = await fileOf(octets);
  const window = new Window(handle, octets.length);
  for (const [at, length] of [
    [0, 10],
    [4_194_300, 100],
    [8_000_000, 2_000_000],
    [5, 5],
    [octets.length - 3, 10],
    [octets.length, 10],
  ] as const) {
    assert.ok((await window.read(at, length)).equals(octets.subarray(at, at + length)), `at ${at}`);
  }
});

test('find() gives the first aligned place of a mark, also where the mark crosses the border of a window', async () => {
  const octets = Buffer.alloc(9 * 1024 * 1024);
  const mark = Buffer.from('SKR1abcdefgh');
  octets.set(mark, 1000);
  octets.set(mark, 4 * 1024 * 1024 - 64 + 60 - 60);
  octets.set(mark, 8 * 1024 * 1024);
  await using handle = await fileOf(octets);
  const window = new Window(handle, octets.length);
  assert.equal(await window.find(mark, 0, 64), 4 * 1024 * 1024 - 64);
  assert.equal(await window.find(mark, 4 * 1024 * 1024, 64), 8 * 1024 * 1024);
  assert.equal(await window.find(mark, 8 * 1024 * 1024 + 64, 64), -1);
  assert.equal(await new Window(handle, octets.length).find(mark, 4 * 1024 * 1024 - 64 - 5, 64), 4 * 1024 * 1024 - 64);
});

test('Window sees zeros where the disk gives errors, all else as it is, and says where', async () => {
  const octets = randomBytes(100_000);
  await using handle = await fileOf(octets);
  const window = new Window(badDisk(handle, [10_000, 70_000]), octets.length);
  const seen = await window.read(0, octets.length);
  const expected = Buffer.from(octets);
  expected.fill(0, 8192, 12_288);
  expected.fill(0, 69_632, 73_728);
  assert.ok(seen.equals(expected));
  assert.deepEqual(window.unreadable, [8192, 69_632]);
});
