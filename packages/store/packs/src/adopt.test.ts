import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { PackReadError } from './errors.ts';
import { faultyFileOps, openTestPacks } from './testing.ts';

const folder = await mkdtemp(join(tmpdir(), 'sekisho-adopt-'));
after(() => rm(folder, { recursive: true }));

async function largeBody(): Promise<{ file: string; body: Buffer }> {
  const body = randomBytes(200_000);
  const file = join(folder, `0-${randomBytes(16).toString('hex')}.body`);
  await writeFile(file, body, { mode: 0o600 });
  return { file, body };
}

test('adopt() gives a large body a second name, and it stays when the first one goes', async () => {
  await using one = openTestPacks();
  const { file, body } = await largeBody();
  const place = one.packs.adopt(file, 'years-7');
  assert.equal((await stat(file)).nlink, 2);
  await one.packs.sync();
  await rm(file);
  assert.deepEqual(Buffer.concat([...one.packs.readStream(place)]), body);
});

test('adopt() may be repeated and gives the same place', async () => {
  await using one = openTestPacks();
  const { file } = await largeBody();
  assert.deepEqual(one.packs.adopt(file, 'a'), one.packs.adopt(file, 'a'));
  assert.equal(one.packs.list().length, 1);
});

test('adopt() copies across disks, syncs the copy, and replaces half a copy of an earlier try', async () => {
  const ops = faultyFileOps();
  await using one = openTestPacks({ ops });
  const { file, body } = await largeBody();
  ops.fail('link', 'EXDEV');
  const place = one.packs.adopt(file, 'a');
  assert.equal((await stat(file)).nlink, 1);
  await one.packs.sync();
  assert.deepEqual(ops.done.slice(-2), ['sync', 'syncFolder']);
  assert.equal((await stat(join(one.folder, place.pack))).mode & 0o777, 0o600);

  await writeFile(join(one.folder, place.pack), 'half');
  await writeFile(join(one.folder, `${place.pack}.tmp`), 'hal');
  assert.deepEqual(one.packs.adopt(file, 'a'), place);
  assert.deepEqual(Buffer.concat([...one.packs.readStream(place)]), body);
  assert.deepEqual(
    (await readdir(one.folder)).filter((name) => name.endsWith('.tmp')),
    [],
  );
});

test('adopt() refuses an absent file, and the packs go on', async () => {
  await using one = openTestPacks();
  assert.throws(() => one.packs.adopt(join(folder, 'absent.body'), 'a'), PackReadError);
  assert.equal(one.packs.append(randomBytes(5), 'a').length, 5);
});
