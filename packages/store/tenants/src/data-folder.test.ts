import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { openDataFolder } from './data-folder.ts';
import { DataFolderForeignError, DataFolderInUseError, StoreNewerError } from './errors.ts';

async function emptyFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sekisho-data-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return join(folder, 'data');
}

test('openDataFolder() makes the layout for its owner alone, and opens it again', async (t) => {
  const path = await emptyFolder(t);
  const data = await openDataFolder(path);
  assert.deepEqual((await readdir(path)).sort(), ['VERSION', 'installation', 'run', 'spool', 'tenants']);
  for (const folder of [path, data.spool, data.tenants, data.installation, data.run])
    assert.equal((await stat(folder)).mode & 0o777, 0o700);
  assert.match(await readFile(join(path, 'VERSION'), 'utf8'), /^format 1\nsekisho \d+\.\d+\.\d+\n$/);
  await data.close();
  await using again = await openDataFolder(path);
  assert.equal(again.path, path);
});

test('openDataFolder() refuses a newer folder and names the version needed', async (t) => {
  const path = await emptyFolder(t);
  await mkdir(path);
  await writeFile(join(path, 'VERSION'), 'format 2\nsekisho 3.1.0\n');
  await assert.rejects(openDataFolder(path), (error: Error) => {
    assert.ok(error instanceof StoreNewerError);
    assert.match(error.message, /it has format 2, this program knows up to 1: it needs Sekisho 3\.1\.0$/);
    return true;
  });
});

test('openDataFolder() refuses a folder of something else', async (t) => {
  const path = await emptyFolder(t);
  await mkdir(path);
  await writeFile(join(path, 'thesis.txt'), '');
  await assert.rejects(openDataFolder(path), DataFolderForeignError);
  await writeFile(join(path, 'VERSION'), 'PostgreSQL 17');
  await assert.rejects(openDataFolder(path), DataFolderForeignError);
});

test('openDataFolder() refuses a folder that is open, in this process or another, until that one is gone', async (t) => {
  const path = await emptyFolder(t);
  const here = await openDataFolder(path);
  await assert.rejects(openDataFolder(path), (error: Error) => {
    assert.ok(error instanceof DataFolderInUseError);
    assert.match(error.message, new RegExp(`process ${process.pid} is using it`));
    return true;
  });
  await here.close();
  const script = `import { openDataFolder } from ${JSON.stringify(new URL('./data-folder.ts', import.meta.url).href)};
    await openDataFolder(${JSON.stringify(path)}); console.log('open'); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  await assert.rejects(openDataFolder(path), DataFolderInUseError);
  child.kill('SIGKILL');
  await once(child, 'exit');
  await using free = await openDataFolder(path);
  assert.equal(free.path, path);
});
