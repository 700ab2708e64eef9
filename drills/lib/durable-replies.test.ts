import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { formatSpoolId } from '@sekisho/terms';
import { promisedWithoutSync } from './durable-replies.ts';

const hex = (text: string) =>
  [...Buffer.from(text)].map((octet) => `\\x${octet.toString(16).padStart(2, '0')}`).join('');

const id = formatSpoolId(0, 1000, 4096);
const segment = `5<${hex(`/data/spool/${id.slice(0, 10)}.segment`)}>`;
const write = `1 1.0 pwritev(${segment}, [{iov_base="${hex('x'.repeat(128))}", iov_len=128}], 1, 4096) = 128`;
const sync = (result: string) => `1 1.0 fdatasync(${segment}) = ${result}`;
const reply = `1 1.0 write(9<TCP:[127.0.0.1:25->127.0.0.1:999]>, "${hex(`250 2.0.0 Accepted as ${id}\r\n`)}", 40) = 40`;

async function promised(...lines: string[]): Promise<number> {
  const file = join(mkdtempSync(join(tmpdir(), 'sekisho-trace-')), 'trace');
  writeFileSync(file, `${lines.join('\n')}\n`);
  return promisedWithoutSync(file, '/data/spool', 25);
}

test('promisedWithoutSync() lets a 250 pass behind the sync that covers its record', async () => {
  assert.equal(await promised(write, sync('0'), reply), 0);
});

test('promisedWithoutSync() finds a 250 before the sync, behind a failed one, and behind one that was tried again', async () => {
  const failed = '-1 EIO (Input/output error) (INJECTED)';
  assert.equal(await promised(write, reply, sync('0')), 1);
  assert.equal(await promised(sync('0'), write, reply), 1);
  assert.equal(await promised(write, sync(failed), reply), 1);
  assert.equal(await promised(write, sync(failed), sync('0'), reply), 1);
});
