import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { diskFileOps } from './file-ops.ts';
import { openTestPacks } from './testing.ts';

test('resync() has the next sync cover bodies that a killed process appended and never synced', async () => {
  await using killed = openTestPacks();
  const place = killed.packs.append(randomBytes(500), 'default');
  const synced: string[] = [];
  const names = new Map<number, string>();
  const ops = {
    ...diskFileOps,
    open(path: string, flags: 'r' | 'r+' | 'wx+') {
      const fd = diskFileOps.open(path, flags);
      names.set(fd, path.split('/').at(-1)!);
      return fd;
    },
    async sync(fd: number) {
      synced.push(names.get(fd)!);
      await diskFileOps.sync(fd);
    },
    async syncFolder(folder: string) {
      synced.push('the folder');
      await diskFileOps.syncFolder(folder);
    },
  };
  await using next = openTestPacks({ folder: killed.folder, ops });
  await next.packs.sync();
  assert.deepEqual(synced, []);
  next.packs.resync([place.pack]);
  next.packs.resync([place.pack]);
  await next.packs.sync();
  assert.deepEqual(synced, [place.pack, 'the folder']);
  assert.equal(next.packs.read(place).length, 500);
  await next.packs.sync();
  assert.equal(synced.length, 2);
});
