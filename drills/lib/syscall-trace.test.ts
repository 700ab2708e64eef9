import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { descriptorOf, pathOfDescriptor, readTrace, type Syscall, stringsOf } from './syscall-trace.ts';

const hex = (text: string) =>
  [...Buffer.from(text)].map((octet) => `\\x${octet.toString(16).padStart(2, '0')}`).join('');

async function read(...lines: string[]): Promise<Syscall[]> {
  const file = join(mkdtempSync(join(tmpdir(), 'sekisho-trace-')), 'trace');
  writeFileSync(file, `${lines.join('\n')}\n`);
  return Array.fromAsync(readTrace(file));
}

test('readTrace() joins a call that others interrupted, and says when it began and ended', async () => {
  const [other, whole] = await read(
    `11 100.000001 pwrite64(5<${hex('/data/a')}>, "${hex('x')}", 1, 0 <unfinished ...>`,
    `12 100.000002 fdatasync(6<${hex('/data/b')}>) = -1 EIO (Input/output error) (INJECTED)`,
    '11 100.500000 <... pwrite64 resumed>)    = 1',
  );
  assert.deepEqual([other?.name, other?.result, other?.began, other?.ended], ['fdatasync', -1, 2, 2]);
  assert.deepEqual([whole?.name, whole?.result, whole?.began, whole?.ended, whole?.at], ['pwrite64', 1, 1, 3, 100_500]);
  assert.equal(pathOfDescriptor(whole!.args), '/data/a');
});

test('descriptorOf() reads files and sockets, and knows files that have no name any more', () => {
  assert.equal(
    descriptorOf(`7<TCP:[127.0.0.1:25->127.0.0.1:999]>, "${hex('250 ok')}", 6`),
    'TCP:[127.0.0.1:25->127.0.0.1:999]',
  );
  assert.equal(pathOfDescriptor('7<TCP:[127.0.0.1:25->127.0.0.1:999]>, 6'), null);
  assert.equal(pathOfDescriptor(`7<${hex('/data/a')}>(deleted), 6`), null);
  assert.equal(pathOfDescriptor(`"${hex('/data/a')}", 6`), null);
});

test('stringsOf() gives all strings of a scattered write', () => {
  const args = `5<${hex('/a')}>, [{iov_base="${hex('one')}", iov_len=3}, {iov_base="${hex('two')}", iov_len=3}], 2, 64`;
  assert.deepEqual(stringsOf(args).map(String), ['one', 'two']);
});
