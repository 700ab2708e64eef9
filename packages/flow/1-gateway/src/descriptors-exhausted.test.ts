import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const here = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const PROGRAM = `
  import { openSync } from 'node:fs';
  import { openTestGateway } from ${JSON.stringify(here('testing.ts'))};
  const { port } = await openTestGateway({ limits: { connectionsPerAddress: 1000, descriptorBackOffMs: 100 } });
  if (process.argv[1] === 'greedy') for (;;) try { openSync('/dev/null'); } catch { break; }
  console.log(port);
  process.on('SIGUSR2', () => { const { user, system } = process.cpuUsage(); console.log((user + system) / 1000); });
`;

async function start(how: string) {
  const child = spawn(
    '/bin/sh',
    ['-c', 'ulimit -n 120; exec "$0" "$@"', process.execPath, '--input-type=module-typescript', '-e', PROGRAM, how],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const lines = child.stdout.setEncoding('utf8');
  const [port] = (await once(lines, 'data')) as [string];
  const cpuMs = async () => {
    child.kill('SIGUSR2');
    const [text] = (await once(lines, 'data')) as [string];
    return Number(text);
  };
  return { child, port: Number(port), cpuMs };
}

function dial(port: number): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.once('data', (chunk) => resolve(chunk.toString().slice(0, 3)));
    socket.once('close', () => resolve('closed'));
    socket.once('error', () => resolve('refused'));
  });
}

test('a process with few descriptors answers 421 before they run out', async () => {
  const { child, port } = await start('modest');
  const answers = await Promise.all(Array.from({ length: 100 }, () => dial(port)));
  assert.ok(answers.filter((each) => each === '220').length >= 40, String(answers));
  assert.ok(answers.filter((each) => each === '421').length >= 40, String(answers));
  child.kill();
});

test('a process without descriptors neither spins nor dies', async () => {
  const { child, port, cpuMs } = await start('greedy');
  const answers = await Promise.all(Array.from({ length: 20 }, () => dial(port)));
  assert.ok(
    answers.every((each) => each !== '220'),
    String(answers),
  );
  const before = await cpuMs();
  await new Promise((go) => setTimeout(go, 500));
  assert.ok((await cpuMs()) - before < 200);
  assert.equal(child.exitCode, null);
  child.kill();
});
