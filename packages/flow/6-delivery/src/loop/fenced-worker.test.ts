/** Bug classes: a paused worker acts past its lease; a crash between the remote's 250 and our commit. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { QueuePort } from '../loop/ports.ts';
import { openTestDelivery, testLimits } from '../testing/loop-setup.ts';
import { ScriptedServer } from '../testing.ts';

test('a worker that is paused past its lease sends nothing more and is fenced', async () => {
  const paused = Promise.withResolvers<void>();
  await using server = await ScriptedServer.start();
  await using t = await openTestDelivery();
  t.routeTo(server.port);
  await t.put('m1', ['a']);
  const frozen: QueuePort = ((tenant, command, question) =>
    command === 'extend' ? new Promise(() => undefined) : t.queuePort(tenant, command, question)) as QueuePort;
  let isAsleep = false;
  t.run({
    queue: frozen,
    source: async () => {
      isAsleep = true;
      await paused.promise;
      return [Buffer.from('Subject: asleep\r\n\r\n')];
    },
  });
  await t.until('the worker sleeps', () => isAsleep);
  t.clock.advance(testLimits.leaseMs + 1);
  t.run({ tenants: () => [t.tenant] });
  await t.until('another worker has delivered it', async () => (await t.states('m1'))[0] === 'delivered');
  paused.resolve();
  await t.until('the first one is fenced', () => t.log.events.some(({ event }) => event === 'delivery.fenced'));
  assert.deepEqual(
    server.messages.map(({ content }) => content.toString().includes('asleep')),
    [false],
  );
  const steps = await t.ask('history', { message: 'm1' });
  assert.deepEqual(
    steps.map(({ outcome }) => outcome),
    ['unknown', 'delivered'],
  );
});

test('a slow transaction keeps its lease', async () => {
  await using server = await ScriptedServer.start({ delayMs: 120 });
  await using t = await openTestDelivery();
  t.routeTo(server.port);
  await t.put('m1', ['a']);
  let extended = 0;
  const counting: QueuePort = ((tenant, command, question) => {
    if (command === 'extend') extended++;
    return t.queuePort(tenant, command, question);
  }) as QueuePort;
  const leaseMs = 80;
  t.run({ queue: counting, limits: { ...testLimits, leaseMs } });
  const clock = setInterval(() => t.clock.advance(10), 10);
  try {
    await t.until('it is delivered', async () => (await t.states('m1'))[0] === 'delivered');
  } finally {
    clearInterval(clock);
  }
  assert.ok(extended >= 3, `${extended} extensions`);
  assert.equal(server.messages.length, 1);
});

test('a crash between the remote\u2019s 250 and our commit makes one duplicate and loses nothing', async () => {
  await using server = await ScriptedServer.start();
  await using t = await openTestDelivery();
  t.routeTo(server.port);
  for (let n = 0; n < 5; n++) await t.put(`m${n}`, ['a']);
  const dead: QueuePort = ((tenant, command, question) =>
    command === 'settle' ? new Promise(() => undefined) : t.queuePort(tenant, command, question)) as QueuePort;
  t.run({ queue: dead });
  await t.until('the remote has them', () => server.messages.length === 5);
  t.run();
  await t.until('all are settled', async () => (await t.ask('counts', {})).oldestQueuedAt === null);
  const counts = Map.groupBy(server.messages, ({ content }) => content.toString());
  assert.deepEqual(
    [...counts.values()].map((copies) => copies.length),
    [2, 2, 2, 2, 2],
  );
  const ids = [...counts.keys()].map((content) => /Message-ID: (.*)/.exec(content)?.[1]);
  assert.equal(new Set(ids).size, 5);
  t.run();
  assert.equal((await t.claim()).leases.length, 0);
});

test('a queue that fails for a moment loses no result', async () => {
  await using server = await ScriptedServer.start();
  await using t = await openTestDelivery();
  t.routeTo(server.port);
  await t.put('m1', ['a']);
  let failures = 1;
  const shaky: QueuePort = ((tenant, command, question) =>
    command === 'settle' && failures-- > 0
      ? Promise.reject(new Error('disk full'))
      : t.queuePort(tenant, command, question)) as QueuePort;
  t.run({ queue: shaky });
  await t.until('it is settled', async () => (await t.states('m1'))[0] === 'delivered');
  assert.equal(server.messages.length, 1);
});
