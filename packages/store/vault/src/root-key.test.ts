import assert from 'node:assert/strict';
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { RootKeyError } from './errors.ts';
import { createRootKey, readRootKey, readRootKeys, rotateRootKey } from './root-key.ts';

const folder = await mkdtemp(join(tmpdir(), 'sekisho-root-key-'));
after(() => rm(folder, { recursive: true }));

async function fileWith(name: string, text: string): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, text, { mode: 0o600 });
  return file;
}

test('createRootKey() makes a file for its owner alone, which readRootKey() reads', async () => {
  const file = join(folder, 'new.key');
  const key = createRootKey(file);
  assert.equal(key.length, 32);
  assert.equal((await stat(file)).mode & 0o777, 0o600);
  assert.match(await readFile(file, 'utf8'), /^# Root key/);
  assert.deepEqual(readRootKey({ file }), key);
});

test('createRootKey() never writes over a file', async () => {
  const file = await fileWith('there.key', 'precious');
  assert.throws(() => createRootKey(file), RootKeyError);
  assert.equal(await readFile(file, 'utf8'), 'precious');
});

test('readRootKey() takes hex and base64, and comments', async () => {
  const key = Buffer.alloc(32, 0xa5);
  for (const [at, text] of [
    key.toString('hex'),
    key.toString('base64'),
    `# mine\n\n ${key.toString('hex')}\r\n`,
  ].entries()) {
    assert.deepEqual(readRootKey({ file: await fileWith(`form-${at}.key`, text) }), key);
  }
});

test('readRootKey() refuses what is not 32 octets, and an empty file', async () => {
  for (const [at, text] of [
    '',
    '# only words\n',
    'abc',
    'a'.repeat(63),
    'z'.repeat(64),
    `${'A'.repeat(42)}==`,
  ].entries()) {
    const file = await fileWith(`bad-${at}.key`, text);
    assert.throws(() => readRootKey({ file }), RootKeyError, text);
  }
});

test('readRootKey() says nothing of the key in its error', async () => {
  const file = await fileWith('almost.key', 'f'.repeat(62));
  assert.throws(
    () => readRootKey({ file }),
    (error: Error) => !error.message.includes('fff'),
  );
});

test('readRootKey() refuses a file that others may read', async () => {
  const file = await fileWith('open.key', 'a5'.repeat(32));
  await chmod(file, 0o640);
  assert.throws(() => readRootKey({ file }), /mode 640/);
});

test('readRootKey() refuses an absent file and an absent variable', () => {
  assert.throws(() => readRootKey({ file: join(folder, 'absent.key') }), RootKeyError);
  assert.throws(() => readRootKey({ env: 'SEKISHO_TEST_NO_SUCH_KEY' }), RootKeyError);
  assert.throws(() => readRootKey({}), RootKeyError);
});

test('readRootKey() reads the environment variable it is told', () => {
  process.env['SEKISHO_TEST_ROOT_KEY'] = 'a5'.repeat(32);
  assert.deepEqual(readRootKey({ env: 'SEKISHO_TEST_ROOT_KEY' }), Buffer.alloc(32, 0xa5));
  delete process.env['SEKISHO_TEST_ROOT_KEY'];
});

test('rotateRootKey() puts a new key on top and keeps the former ones below', async () => {
  const file = join(folder, 'rotated.key');
  const first = createRootKey(file);
  const second = rotateRootKey(file).current;
  const keys = rotateRootKey(file);
  assert.deepEqual(readRootKeys({ file }), keys);
  assert.deepEqual(keys.former, [second, first]);
  assert.equal((await stat(file)).mode & 0o777, 0o600);
  assert.deepEqual(
    (await readdir(folder)).filter((name) => name.endsWith('.new')),
    [],
  );
});
