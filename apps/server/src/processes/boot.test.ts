import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

const folder = mkdtempSync(join(tmpdir(), 'sekisho-boot-'));
after(() => rmSync(folder, { recursive: true }));

const BOOT = new URL('./boot.ts', import.meta.url).href;

/** A process of the tree whose start is the given text. */
function forkProcess(name: string, start: string) {
  const entry = join(folder, `${name}.mjs`);
  writeFileSync(entry, `import { onBoot, tellSupervisor } from ${JSON.stringify(BOOT)};\nonBoot(${start});\n`);
  return fork(entry, [], { execArgv: [], stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
}

const NEVER = '() => new Promise(() => setInterval(() => undefined, 1000))';
const RUNNING = `async ({ word }) => ({
  onMessage: (message) => tellSupervisor({ kind: 'echo', word, message }),
  stop: async () => tellSupervisor({ kind: 'stopped' }),
})`;

test('onBoot() says ready, hands messages on, and ends with 0 when it is asked to stop', async () => {
  const child = forkProcess('running', RUNNING);
  child.send({ word: 'hello' });
  assert.deepEqual((await once(child, 'message'))[0], { kind: 'ready' });
  child.send({ kind: 'processes' });
  assert.deepEqual((await once(child, 'message'))[0], { kind: 'echo', word: 'hello', message: { kind: 'processes' } });
  child.send({ kind: 'stop', deadlineMs: 100 });
  assert.deepEqual((await once(child, 'message'))[0], { kind: 'stopped' });
  assert.deepEqual(await once(child, 'exit'), [0, null]);
});

test('a stop during the start is not lost', async () => {
  const child = forkProcess('starting', NEVER);
  child.send({});
  child.send({ kind: 'stop', deadlineMs: 100 });
  assert.deepEqual(await once(child, 'exit'), [0, null]);
});

test('a process ends when its supervisor is gone, however far it has come', async () => {
  const child = forkProcess('orphan', NEVER);
  await once(child, 'spawn');
  child.send({});
  child.disconnect();
  assert.deepEqual(await once(child, 'exit'), [0, null]);
});

test('a start that fails ends the process with 1', async () => {
  const child = forkProcess('failing', `async () => { throw new Error('no'); }`);
  child.send({});
  assert.deepEqual(await once(child, 'exit'), [1, null]);
});
