import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readdir, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { fakeClock } from '@sekisho/ports/testing';
import fc from 'fast-check';
import { PackReadError, PacksClosedError } from './errors.ts';
import { openPackReader } from './open-pack-reader.ts';
import { parsePackName } from './place.ts';
import { openTestPacks } from './testing.ts';

test('Packs give back by place what was appended, at once and after opening again', async () => {
  await using one = openTestPacks();
  await fc.assert(
    fc.asyncProperty(fc.array(fc.uint8Array({ minLength: 1, maxLength: 300 }), { maxLength: 20 }), async (list) => {
      const bodies = list.map((octets) => Buffer.from(octets));
      const places = one.packs.appendAll(bodies, 'years-7');
      assert.deepEqual(
        places.map((place) => one.packs.read(place)),
        bodies,
      );
    }),
    { numRuns: 30 },
  );
  const body = randomBytes(100);
  const place = one.packs.append(body, 'years-7');
  await one.packs.close();
  await using again = openTestPacks({ folder: one.folder });
  assert.deepEqual(again.packs.read(place), body);
});

test('Packs keep retention classes and months apart', async () => {
  const clock = fakeClock(Date.UTC(2026, 10, 30, 23, 59));
  await using one = openTestPacks({ clock });
  const november = one.packs.append(randomBytes(10), 'years-7');
  const other = one.packs.append(randomBytes(10), 'forever');
  clock.advance(120_000);
  const december = one.packs.append(randomBytes(10), 'years-7');
  assert.deepEqual(
    [november, other, december].map(({ pack }) => parsePackName(pack)),
    [
      { retentionClass: 'years-7', month: '202611', kind: 'pack' },
      { retentionClass: 'forever', month: '202611', kind: 'pack' },
      { retentionClass: 'years-7', month: '202612', kind: 'pack' },
    ],
  );
});

test('a pack is closed before it grows beyond its limit, amid a batch too', async () => {
  await using one = openTestPacks({ limits: { packOctets: 1000 } });
  const bodies = Array.from({ length: 10 }, () => randomBytes(300));
  const places = one.packs.appendAll(bodies, 'default');
  assert.equal(new Set(places.map(({ pack }) => pack)).size, 4);
  assert.ok(one.packs.list().every(({ octets }) => octets <= 1000));
  assert.deepEqual(
    places.map((place) => one.packs.read(place)),
    bodies,
  );
  const huge = one.packs.append(randomBytes(5000), 'default');
  assert.equal(one.packs.read(huge).length, 5000);
});

test('Packs go on in the same pack after a clean close', async () => {
  await using one = openTestPacks();
  const first = one.packs.append(randomBytes(10), 'default');
  await one.packs.close();
  await using again = openTestPacks({ folder: one.folder });
  const second = again.packs.append(randomBytes(10), 'default');
  assert.deepEqual(second, { pack: first.pack, offset: 10, length: 10 });
});

test('Packs never append to a file with an unknown end', async () => {
  await using one = openTestPacks();
  const first = one.packs.append(randomBytes(10), 'default');
  await using afterKill = openTestPacks({ folder: one.folder });
  const second = afterKill.packs.append(randomBytes(10), 'default');
  assert.notEqual(second.pack, first.pack);

  await afterKill.packs.close();
  await truncate(join(one.folder, second.pack), 7);
  await using afterCut = openTestPacks({ folder: one.folder });
  assert.notEqual(afterCut.packs.append(randomBytes(10), 'default').pack, second.pack);
});

test('Packs take nothing after close(), which may be called again', async () => {
  await using one = openTestPacks();
  const place = one.packs.append(randomBytes(10), 'default');
  await Promise.all([one.packs.close(), one.packs.close(), one.packs.sync()]);
  assert.throws(() => one.packs.append(randomBytes(10), 'default'), PacksClosedError);
  assert.throws(() => one.packs.read(place), PacksClosedError);
  await using again = openTestPacks({ folder: one.folder });
  assert.equal(again.packs.append(randomBytes(10), 'default').pack, place.pack);
});

test('readStream() gives large bodies in chunks', async () => {
  await using one = openTestPacks();
  const body = randomBytes(600_000);
  const chunks = [...one.packs.readStream(one.packs.append(body, 'default'))];
  assert.equal(chunks.length, 3);
  assert.deepEqual(Buffer.concat(chunks), body);
});

test('openPackReader() reads beside the writer, what is not synced yet too, and writes nothing', async () => {
  await using one = openTestPacks();
  const reader = openPackReader(one.folder);
  const bodies = [randomBytes(10), randomBytes(300_000)];
  const places = bodies.map((body, n) => one.packs.append(body, `class-${n}`));
  assert.deepEqual(
    places.map((place) => reader.read(place)),
    bodies,
  );
  assert.deepEqual(Buffer.concat([...reader.readStream(places[1]!)]), bodies[1]);
  reader.close();
});

test('remove() ends a pack for readers and writers', async () => {
  await using one = openTestPacks();
  const first = one.packs.append(randomBytes(10), 'default');
  one.packs.read(first);
  one.packs.remove(first.pack);
  assert.throws(() => one.packs.read(first), PackReadError);
  assert.notEqual(one.packs.append(randomBytes(10), 'default').pack, first.pack);
  await one.packs.sync();
});

test('files are for their owner alone', async () => {
  await using one = openTestPacks();
  one.packs.append(randomBytes(10), 'default');
  await one.packs.close();
  for (const name of await readdir(one.folder)) assert.equal((await stat(join(one.folder, name))).mode & 0o777, 0o600);
});

test('read() refuses a place beyond the end and an absent pack', async () => {
  await using one = openTestPacks();
  const place = one.packs.append(randomBytes(10), 'default');
  assert.throws(() => one.packs.read({ ...place, length: 11 }), PackReadError);
  assert.throws(() => one.packs.read({ ...place, offset: 1 }), PackReadError);
  assert.throws(() => one.packs.read({ ...place, pack: place.pack.replace('default', 'other') }), PackReadError);
});

test('read() and remove() follow no name out of the folder', async () => {
  await using one = openTestPacks();
  await writeFile(join(one.folder, 'secret'), 'x');
  const names = ['../secret', 'secret', '/etc/passwd', '', '.', 'default.202611.0011223344556677.pack/..', 'a\0b'];
  for (const pack of names) {
    assert.throws(() => one.packs.read({ pack, offset: 0, length: 1 }), PackReadError, pack);
    assert.throws(() => one.packs.remove(pack), TypeError, pack);
  }
  fc.assert(
    fc.property(fc.string(), (name) => parsePackName(`../${name}`) === null && parsePackName(`${name}/x`) === null),
  );
});

test('append() refuses a retention class that cannot be part of a file name', async () => {
  await using one = openTestPacks();
  for (const name of ['', '../x', 'Ü', 'a b', 'x'.repeat(33)]) {
    assert.throws(() => one.packs.append(randomBytes(1), name), /retention class/, name);
  }
});
