import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { commands } from './commands/all.ts';
import { ran } from './testing.ts';

const JAPANESE = { LANG: 'ja_JP.UTF-8' };

test('main() without a command shows the help on standard error and ends with 2', async () => {
  const { code, out, err } = await ran([]);
  assert.deepEqual([code, out], [2, '']);
  for (const { name } of commands) assert.ok(err.includes(name), name);
});

test('main() shows the help of everything, of one command, and of the commands of a noun', async () => {
  assert.match((await ran(['help'])).out, /Exit codes:\n {2}0 {2}done/);
  assert.match((await ran(['help'], JAPANESE)).out, /終了コード:/);
  const one = await ran(['help', 'queue', 'cancel', '--lang', 'ja']);
  assert.equal(one.code, 0);
  assert.match(one.out, /^queue cancel: 配送をやめる\n\n使い方:\n {2}sekisho queue cancel TENANT \[--message ID\]/);
  assert.match(one.out, /例:\n {2}sekisho queue cancel kumo/);
  assert.equal((await ran(['queue', 'cancel', '--help', '--lang', 'ja'])).out, one.out);
  assert.match((await ran(['help', 'quarantine'])).out, /quarantine list[\s\S]*quarantine delete/);
  assert.equal((await ran(['help', 'nothing'])).code, 2);
});

test('main() tells the version, for people and for programs', async () => {
  assert.match((await ran(['version'])).out, /^sekisho \d+\.\d+\.\d+ \(Node\.js \d+/);
  assert.match(JSON.parse((await ran(['version', '--json'])).out).sqlite, /^3\.\d+/);
  assert.equal((await ran(['--version'])).code, 0);
});

test('main() says where nobody answers, what to do, and ends with 3', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sekisho-cli-'));
  const file = join(folder, 'sekisho.toml');
  writeFileSync(file, 'data = "./data"\n');
  const { code, err } = await ran(['tenant', 'list', '--config', file]);
  assert.equal(code, 3);
  assert.ok(err.includes(join(folder, 'data/run/api.sock')), err);
  assert.match(err, /sekisho serve/);
  rmSync(folder, { recursive: true });
});

test('main() says what is wrong with a configuration and ends with 2', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sekisho-cli-'));
  const file = join(folder, 'sekisho.toml');
  writeFileSync(file, '[smtp]\nprot = 25\n');
  const { code, err } = await ran(['tenant', 'list', '--config', file]);
  assert.equal(code, 2);
  assert.match(err, /did you mean "smtp\.port"/);
  rmSync(folder, { recursive: true });
});
