import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { DiskModel } from './disk-model.ts';
import type { Syscall } from './syscall-trace.ts';

const hex = (text: string) =>
  `"${[...Buffer.from(text)].map((octet) => `\\x${octet.toString(16).padStart(2, '0')}`).join('')}"`;

function disk() {
  const root = mkdtempSync(join(tmpdir(), 'sekisho-disk-'));
  const model = new DiskModel(root);
  let position = 0;
  const call = (name: string, args: string, result = 0) => {
    position += 1;
    const syscall: Syscall = { name, args, result, began: position, ended: position, at: 0 };
    model.apply(syscall);
  };
  const path = join(root, 'a');
  const cut = (chance: () => number) => {
    const folder = mkdtempSync(join(tmpdir(), 'sekisho-cut-'));
    model.cut(folder, chance);
    return join(folder, 'a');
  };
  return { root, path, call, cut };
}

const never = () => 0;
const always = () => 0.6;

test('cut() leaves nothing of a file whose folder was never synced, when chance is against it', () => {
  const { path, call, cut } = disk();
  call('openat', `AT_FDCWD, ${hex(path)}, O_WRONLY|O_CREAT, 0600`, 5);
  call('write', `5<${path}>, ${hex('hello')}, 5`, 5);
  call('fsync', `5<${path}>`);
  assert.equal(existsSync(cut(never)), false);
});

test('cut() keeps what was synced and loses or keeps the rest', () => {
  const { root, path, call, cut } = disk();
  call('openat', `AT_FDCWD, ${hex(path)}, O_WRONLY|O_CREAT, 0600`, 5);
  call('fsync', `6<${root}>`);
  call('pwrite64', `5<${path}>, ${hex('synced')}, 6, 0`, 6);
  call('fdatasync', `5<${path}>`);
  call('pwrite64', `5<${path}>, ${hex(' not')}, 4, 6`, 4);
  assert.equal(readFileSync(cut(never), 'utf8'), 'synced');
  assert.equal(readFileSync(cut(always), 'utf8'), 'synced not');
});

test('a write that ended after a sync began is not covered by it', () => {
  const { root, path, call, cut } = disk();
  call('openat', `AT_FDCWD, ${hex(path)}, O_WRONLY|O_CREAT, 0600`, 5);
  call('fsync', `6<${root}>`);
  const model = new DiskModel(root);
  model.apply({ name: 'openat', args: `AT_FDCWD, ${hex(path)}, O_CREAT, 0600`, result: 5, began: 1, ended: 1, at: 0 });
  model.apply({ name: 'fsync', args: `6<${root}>`, result: 0, began: 2, ended: 2, at: 0 });
  model.apply({ name: 'pwrite64', args: `5<${path}>, ${hex('x')}, 1, 0`, result: 1, began: 3, ended: 5, at: 0 });
  model.apply({ name: 'fdatasync', args: `5<${path}>`, result: 0, began: 4, ended: 6, at: 0 });
  const folder = mkdtempSync(join(tmpdir(), 'sekisho-cut-'));
  model.cut(folder, never);
  assert.equal(readFileSync(join(folder, 'a'), 'utf8'), '');
  assert.ok(existsSync(cut(always)));
});

test('a torn write leaves whole sectors only', () => {
  const { root, path, call, cut } = disk();
  call('openat', `AT_FDCWD, ${hex(path)}, O_WRONLY|O_CREAT, 0600`, 5);
  call('fsync', `6<${root}>`);
  call('pwrite64', `5<${path}>, ${hex('x'.repeat(2048))}, 2048, 0`, 2048);
  const answers = [0.9, 0, 0.9, 0, 0.9];
  const image = readFileSync(cut(() => answers.shift() ?? 0));
  assert.deepEqual([image[0], image[512], image[1024]], [120, 0, 120]);
});

test('a file in a folder whose own name was never synced is gone with it', () => {
  const { root, call, cut } = disk();
  const folder = join(root, 'packs');
  call('mkdir', `${hex(folder)}, 0700`);
  call('openat', `AT_FDCWD, ${hex(join(folder, 'a'))}, O_WRONLY|O_CREAT, 0600`, 5);
  call('fsync', `6<${folder}>`);
  assert.equal(existsSync(join(dirname(cut(never)), 'packs')), false);
  call('fsync', `6<${root}>`);
  assert.ok(existsSync(join(dirname(cut(never)), 'packs', 'a')));
});

test('a rename and an unlink that were not synced may not have happened', () => {
  const { root, path, call, cut } = disk();
  call('openat', `AT_FDCWD, ${hex(path)}, O_WRONLY|O_CREAT, 0600`, 5);
  call('fsync', `6<${root}>`);
  call('rename', `${hex(path)}, ${hex(`${path}2`)}`);
  call('unlink', hex(`${path}2`));
  assert.ok(existsSync(cut(never)));
  call('fsync', `6<${root}>`);
  assert.equal(existsSync(cut(never)), false);
});

test('a model that ignores syncs loses what was synced, and one that meets an unknown call says so', () => {
  const root = mkdtempSync(join(tmpdir(), 'sekisho-disk-'));
  const path = join(root, 'a');
  const model = new DiskModel(root, { ignoresSyncs: true });
  const at = { at: 0, result: 0 };
  model.apply({ name: 'openat', args: `AT_FDCWD, ${hex(path)}, O_CREAT, 0600`, began: 1, ended: 1, ...at });
  model.apply({ name: 'fsync', args: `6<${root}>`, began: 2, ended: 2, ...at });
  const folder = mkdtempSync(join(tmpdir(), 'sekisho-cut-'));
  model.cut(folder, never);
  assert.equal(existsSync(join(folder, 'a')), false);
  const truncate: Syscall = { name: 'truncate', args: `${hex(path)}, 5`, began: 3, ended: 3, ...at };
  assert.throws(() => model.apply(truncate), /does not know/);
  const write: Syscall = { name: 'pwrite64', args: `5<${path}2>, ${hex('x')}, 1, 0`, began: 4, ended: 4, ...at };
  assert.throws(() => model.apply(write), /no such file/);
});

test('a copy inside the kernel brings over what a reader saw, and is as mortal as any write', () => {
  const { root, path, call, cut } = disk();
  const from = join(root, 'from');
  for (const file of [from, path]) call('openat', `AT_FDCWD, ${hex(file)}, O_WRONLY|O_CREAT, 0600`, 5);
  call('fsync', `6<${root}>`);
  call('pwrite64', `5<${from}>, ${hex('octets')}, 6, 0`, 6);
  call('copy_file_range', `5<${from}>, [0], 7<${path}>, NULL, 6, 0`, 6);
  assert.equal(readFileSync(cut(never), 'utf8'), '');
  assert.equal(readFileSync(cut(always), 'utf8'), 'octets');
  call('fsync', `7<${path}>`);
  assert.equal(readFileSync(cut(never), 'utf8'), 'octets');
});
