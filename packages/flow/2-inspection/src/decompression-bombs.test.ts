/** Class of bugs: a small file that unpacks to a large one, or to many, or for ever. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { examine } from './testing/examine.ts';
import { makeTar, makeZip } from './testing/make-files.ts';

const MEBI = 1024 * 1024;
const reasonsOf = (found: Awaited<ReturnType<typeof examine>>) => [
  ...new Set(found.unopened.map(({ reason }) => reason)),
];

function nested(depth: number): Buffer {
  let zip = makeZip({ 'a.txt': 'x' });
  for (let i = 1; i < depth; i++) zip = makeZip({ [`${i}.zip`]: zip }, 0);
  return zip;
}

test('a bomb of zeros stops at the ratio, in ZIP and in gzip', async () => {
  const zeros = Buffer.alloc(20 * MEBI);
  assert.deepEqual(reasonsOf(await examine(makeZip({ a: zeros }), 'a.zip')), ['ratio']);
  assert.deepEqual(reasonsOf(await examine(gzipSync(zeros), 'a.gz')), ['ratio']);
});

test('what compresses very well and is small is no bomb', async () => {
  assert.deepEqual(reasonsOf(await examine(makeZip({ a: Buffer.alloc(900_000) }), 'a.zip')), []);
});

test('after one bomb nothing more is opened', async () => {
  const bomb = makeZip({ zeros: Buffer.alloc(20 * MEBI) });
  const found = await examine(makeZip({ a: bomb, b: bomb, c: bomb }), 'a.zip');
  assert.deepEqual(reasonsOf(found), ['ratio']);
  assert.deepEqual(
    found.files.map((file) => file.name),
    ['a.zip', 'a', 'b', 'c'],
  );
});

test('the octets of all files together have a limit', async () => {
  const files = Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`${i}`, Buffer.alloc(500_000)]));
  const found = await examine(makeZip(files), 'a.zip', { archiveOctets: 2_000_000 });
  assert.deepEqual(reasonsOf(found), ['octets']);
  assert.ok(found.files.length < 7);
});

test('an archive inside an archive has a limit of its own', async () => {
  const inner = makeTar({ a: Buffer.alloc(300_000) });
  assert.deepEqual(reasonsOf(await examine(gzipSync(inner), 'a.tgz', { archiveMemberOctets: 200_000 })), ['octets']);
});

test('archives inside archives stop at the depth', async () => {
  assert.deepEqual(reasonsOf(await examine(nested(5), 'a.zip')), []);
  assert.deepEqual(reasonsOf(await examine(nested(6), 'a.zip')), ['depth']);
  assert.deepEqual(reasonsOf(await examine(nested(60), 'a.zip')), ['depth']);
});

test('the number of files has a limit, over all archives of a message', async () => {
  const many = makeZip(Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`${i}`, ''])));
  assert.deepEqual(reasonsOf(await examine(many, 'a.zip', { archiveFiles: 299 })), ['files']);
  const twice = await examine(makeZip({ a: many, b: many }), 'a.zip', { archiveFiles: 500 });
  assert.deepEqual(twice.unopened, [{ at: 0, member: 'b', reason: 'files' }]);
});

test('members that share octets are damage', async () => {
  const zip = makeZip({ a: 'aaaa', b: 'bbbb' });
  const second = zip.lastIndexOf(Buffer.from('504b0102', 'hex'));
  zip.writeUInt32LE(0, second + 42);
  assert.deepEqual(reasonsOf(await examine(zip, 'a.zip')), ['damaged']);
});

test('sizes in the headers are not believed', async () => {
  const zip = makeZip({ a: Buffer.alloc(20 * MEBI) });
  zip.writeUInt32LE(10, zip.indexOf(Buffer.from('504b0102', 'hex')) + 24);
  assert.deepEqual(reasonsOf(await examine(zip, 'a.zip')), ['ratio']);
});

test('time has a limit', async () => {
  assert.deepEqual(reasonsOf(await examine(makeZip({ a: 'x' }), 'a.zip', { archiveMs: -1 })), ['seconds']);
});
