import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { freePort } from '@sekisho/server/testing';

const BIN = join(import.meta.dirname, '../bin/sekisho.js');
const HOST = 'host = "127.0.0.1"';

/** `sekisho serve` as a process of its own, on an empty folder. */
async function startServing() {
  const folder = mkdtempSync(join(tmpdir(), 'sekisho-serve-'));
  const file = join(folder, 'sekisho.toml');
  const limits = '[limits]\nsegment_mib = 4\nreserve_mib = 16\n[processes]\nscan = 1\nwriters = 1';
  const hosts = `[smtp]\n${HOST}\n[submission]\n${HOST}\n[submissions]\n${HOST}`;
  writeFileSync(file, `run_as = "root"\n${hosts}\n[clamd]\ndisabled = true\n${limits}\n`);
  const child = spawn(process.execPath, [BIN, 'serve', '--config', file, '--lang', 'en'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      SEKISHO_SMTP_PORT: String(await freePort()),
      SEKISHO_SUBMISSION_PORT: String(await freePort()),
      SEKISHO_SUBMISSIONS_PORT: String(await freePort()),
      SEKISHO_HTTP_PORT: String(await freePort()),
    },
  });
  const said = { out: '', err: '' };
  child.stdout!.on('data', (chunk: Buffer) => (said.out += chunk));
  child.stderr!.on('data', (chunk: Buffer) => (said.err += chunk));
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  await saysItRuns(child, said);
  return { folder, child, said, ended, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) };
}

function saysItRuns(child: ChildProcess, said: { out: string; err: string }): Promise<void> {
  return new Promise((resolve, reject) => {
    child.stderr!.on('data', () => said.err.includes('No TLS') && resolve());
    child.once('close', () => reject(new Error(`serve ended: ${said.err}${said.out}`)));
  });
}

test('serve says where it listens, logs JSON lines alone, makes a root key, and stops at SIGTERM', async () => {
  using serving = await startServing();
  const { child, said, ended, folder } = serving;
  assert.match(said.err, /sekisho is running\.\n {2}smtp +127\.0\.0\.1:\d+/);
  assert.ok(existsSync(join(folder, 'root.key')));
  const started = performance.now();
  child.kill('SIGTERM');
  assert.equal(await ended, 0);
  assert.ok(performance.now() - started < 10_000);
  for (const line of said.out.trim().split('\n')) assert.ok(JSON.parse(line).event, line);
});

test('serve takes two signals of one Ctrl-C for one, and stops in order', async () => {
  using serving = await startServing();
  serving.child.kill('SIGINT');
  serving.child.stderr!.on('data', () => serving.said.err.includes('stopping') && serving.child.kill('SIGINT'));
  assert.equal(await serving.ended, 0);
  assert.match(serving.said.out, /supervisor\.stopped/);
});
