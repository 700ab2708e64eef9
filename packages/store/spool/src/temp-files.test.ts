import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { openTestSpool, testEnvelope } from './testing.ts';

const temporaries = async (folder: string) => (await readdir(folder)).filter((name) => name.endsWith('.tmp'));

test('temporary files are in the spool, for their owner alone, and sealed', async () => {
  await using spool = await openTestSpool();
  const large = spool.writer.openLargeBody();
  await large.write(Buffer.alloc(200_000, 'Dear Hanako, '));
  const [name] = await temporaries(spool.folder);
  const { mode, size } = await stat(join(spool.folder, name!));
  assert.deepEqual([mode & 0o777, size > 0], [0o600, true]);
  await large.abandon();
});

test('temporary files of a killed front go when it starts again; those of other fronts stay', async () => {
  await using spool = await openTestSpool();
  await spool.writer.close();
  await writeFile(join(spool.folder, '0-00112233445566778899aabbccddeeff.tmp'), randomBytes(10));
  await writeFile(join(spool.folder, '01m7wntcv8.tmp'), randomBytes(10));
  await writeFile(join(spool.folder, '1-00112233445566778899aabbccddeeff.tmp'), randomBytes(10));
  await using again = await openTestSpool({ folder: spool.folder, limits: { spareSegments: 0 } });
  await again.writer.prepared();
  assert.deepEqual(await temporaries(spool.folder), ['1-00112233445566778899aabbccddeeff.tmp']);
});

test('a thousand refused and abandoned bodies leave no temporary file', async () => {
  await using spool = await openTestSpool({ limits: { spareSegments: 0 } });
  for (let n = 0; n < 1000; n += 1) {
    const large = spool.writer.openLargeBody();
    if (n % 10 === 0) await large.write(randomBytes(70_000));
    await large.abandon();
  }
  await spool.writer.append(testEnvelope(), [Buffer.from('x')]);
  await spool.writer.close();
  assert.deepEqual(await temporaries(spool.folder), []);
});
