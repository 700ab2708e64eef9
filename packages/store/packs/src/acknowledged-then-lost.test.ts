import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { cp, mkdtemp, readdir, rm, stat, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { PackReadError } from './errors.ts';
import type { Place } from './place.ts';
import { openTestPacks } from './testing.ts';

test('what was synced is there after any cut of the unsynced tails, and new bodies never lie over it', async () => {
  const root = await mkdtemp(join(tmpdir(), 'sekisho-packs-cut-'));
  for (let round = 0; round < 10; round += 1) {
    await using one = openTestPacks({ limits: { packOctets: 3000 } });
    const synced: [Place, Buffer][] = [];
    const sizes = new Map<string, number>();
    const append = (list: [Place, Buffer][]) => {
      const body = randomBytes(200 + round * 37);
      list.push([one.packs.append(body, 'default'), body]);
    };
    for (let n = 0; n < 20; n += 1) append(synced);
    await one.packs.sync();
    for (const { pack, octets } of one.packs.list()) sizes.set(pack, octets);
    const unsynced: [Place, Buffer][] = [];
    for (let n = 0; n < 8; n += 1) append(unsynced);

    const after = join(root, String(round));
    await cp(one.folder, after, { recursive: true });
    for (const name of await readdir(after)) {
      const { size } = await stat(join(after, name));
      const kept = sizes.get(name) ?? 0;
      await truncate(join(after, name), kept + Math.floor(Math.random() * (size - kept + 1)));
    }
    await using again = openTestPacks({ folder: after, limits: { packOctets: 3000 } });
    const fresh = randomBytes(500);
    const place = again.packs.append(fresh, 'default');
    for (const [at, body] of [...synced, [place, fresh] as const]) assert.deepEqual(again.packs.read(at), body);
    for (const [at, body] of unsynced) {
      try {
        assert.deepEqual(again.packs.read(at), body);
      } catch (error) {
        assert.ok(error instanceof PackReadError);
      }
    }
  }
  await rm(root, { recursive: true });
});
