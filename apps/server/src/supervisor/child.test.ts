import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { keptLog } from '@sekisho/ports/testing';
import { Child, type ChildPlan } from './child.ts';

const folder = mkdtempSync(join(tmpdir(), 'sekisho-child-'));
after(() => rmSync(folder, { recursive: true }));

function plan(name: string, script: string, more: Partial<ChildPlan> = {}): ChildPlan {
  const entry = join(folder, `${name}.mjs`);
  writeFileSync(entry, script);
  return { name, entry, boot: () => ({ word: 'boot' }), execArgv: [], nice: 0, ...more };
}

/** Says ready after its first message, tells what it is sent, ends when asked to. */
const OBEDIENT = `process.once('message', (boot) => {
  process.on('message', (message) => {
    if (message.kind === 'stop') process.exit(0);
    process.send({ kind: 'told', message, boot, secret: process.env.SECRET ?? null });
  });
  process.send({ kind: 'ready' });
});`;
/** Says ready and hears nothing after that. */
const DEAF = `process.once('message', () => process.send({ kind: 'ready' })); setInterval(() => undefined, 1000);`;

function openChild(childPlan: ChildPlan) {
  const log = keptLog();
  const messages: { kind: string }[] = [];
  const child = new Child(
    childPlan,
    log,
    (message) => messages.push(message),
    () => undefined,
  );
  const until = async (holds: () => boolean) => {
    for (let i = 0; !holds(); i++) {
      assert.ok(i < 1000, `state ${child.state}, ${JSON.stringify(log.events)}`);
      await sleep(5);
    }
  };
  return { child, log, messages, until };
}

test('start() boots a process, hands messages both ways, and stop() ends it', async () => {
  const { child, messages, until } = openChild(plan('obedient', OBEDIENT));
  child.start();
  await until(() => child.state === 'ready');
  child.send({ kind: 'news' });
  await until(() => messages.length === 2);
  const told = { kind: 'told', message: { kind: 'news' }, boot: { word: 'boot' }, secret: null };
  assert.deepEqual(messages[1], told);
  await child.stop(5000);
  assert.equal(child.state, 'stopped');
  assert.equal(child.restarts, 0);
});

test('a process that dies is started again, later each time', async () => {
  const { child, log, until } = openChild(plan('mortal', `process.exit(3)`));
  child.start();
  await until(() => child.restarts >= 2 && child.pid !== null);
  const deaths = log.events.filter(({ event }) => event === 'process.died').map(({ fields }) => fields);
  assert.deepEqual(deaths.map((fields) => (fields as { restartInMs: number }).restartInMs).slice(0, 2), [50, 200]);
  await child.stop(1000);
  assert.equal(child.state, 'stopped');
});

test('stop() kills a process that does not end in time, and cancels a restart', async () => {
  const deaf = openChild(plan('deaf', DEAF));
  deaf.child.start();
  await deaf.until(() => deaf.child.state === 'ready');
  const started = performance.now();
  await deaf.child.stop(150);
  assert.ok(performance.now() - started < 20_000);
  assert.equal(deaf.child.pid, null);

  const mortal = openChild(plan('mortal-again', `process.exit(3)`));
  mortal.child.start();
  await mortal.until(() => mortal.child.restarts === 1);
  await mortal.child.stop(100);
  await sleep(120);
  assert.equal(mortal.child.pid, null);
});

test('kill() is answered with a new process', async () => {
  const { child, until } = openChild(plan('killed', OBEDIENT));
  child.start();
  await until(() => child.state === 'ready');
  const before = child.pid;
  child.kill('SIGKILL');
  await until(() => child.state === 'ready' && child.pid !== before);
  await child.stop(5000);
});

test('a process that is gone before it gets its priority does not take the supervisor with it', async () => {
  const { child, until } = openChild(plan('gone', `process.exit(3)`, { nice: 19 }));
  child.start();
  process.kill(child.pid!, 'SIGKILL');
  await until(() => child.restarts === 1);
  await child.stop(1000);
});

test('a process that could not be forked is tried again', async () => {
  const { child, log, until } = openChild(plan('unforkable', OBEDIENT, { env: { TOO_LONG: 'x'.repeat(1 << 21) } }));
  child.start();
  await until(() => child.restarts === 1);
  assert.ok(log.events.some(({ event }) => event === 'process.fault'));
  await child.stop(1000);
});

test('a process sees only the environment it is given', async () => {
  process.env['SECRET'] = 'root key';
  after(() => delete process.env['SECRET']);
  const { SECRET: _, ...env } = process.env;
  const { child, messages, until } = openChild(plan('withheld', OBEDIENT, { env }));
  child.start();
  await until(() => child.state === 'ready');
  child.send({ kind: 'news' });
  await until(() => messages.length === 2);
  assert.equal((messages[1] as { secret?: string | null }).secret, null);
  await child.stop(5000);
});
