import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openTestDelivery, testContent, testLimits } from '../testing/loop-setup.ts';
import { HANG, ScriptedServer } from '../testing.ts';

const minute = 60_000;

test('openDelivery() sends what is queued to its next hop and keeps how that went', async () => {
  await using server = await ScriptedServer.start();
  await using t = await openTestDelivery();
  t.routeTo(server.port);
  await t.put('m1', ['a', 'b']);
  t.run();
  await t.until('it is delivered', async () => (await t.states('m1')).every((state) => state === 'delivered'));
  assert.deepEqual(
    server.messages.map(({ rcpts, content }) => [rcpts.length, content.equals(testContent('m1')[0]!)]),
    [[2, true]],
  );
  const steps = await t.ask('history', { message: 'm1' });
  assert.deepEqual(
    steps.map(({ outcome, host, ip, tls, reply }) => [outcome, host, ip, tls, reply]),
    Array.from({ length: 2 }, () => ['delivered', '127.0.0.1', '127.0.0.1', 'clear', '250 2.0.0 taken']),
  );
});

test('openDelivery() reuses sessions and sends all of a full queue once', async () => {
  await using server = await ScriptedServer.start();
  await using t = await openTestDelivery();
  t.routeTo(server.port);
  for (let n = 0; n < 200; n++) await t.put(`m${n}`, ['a']);
  t.run();
  await t.until('the queue is empty', async () => (await t.ask('counts', {})).oldestQueuedAt === null);
  assert.equal(new Set(server.messages.map(({ content }) => content.toString())).size, 200);
  assert.equal(server.messages.length, 200);
  assert.ok(server.connections <= testLimits.sessionsPerDestination);
});

test('openDelivery() tries a deferred recipient again when its time has come', async () => {
  let busy = true;
  await using server = await ScriptedServer.start({
    on: (line) => (busy && line.startsWith('RCPT') ? '450 4.2.1 busy\r\n' : undefined),
  });
  await using t = await openTestDelivery();
  t.routeTo(server.port);
  await t.put('m1', ['a']);
  const run = t.run();
  await t.until('it is deferred', async () => (await t.rows('m1'))[0]!.attempts === 1);
  const [row] = await t.rows('m1');
  assert.deepEqual([row!.dueAt, row!.lastReply], [t.clock.now() + minute, '450 4.2.1 busy']);
  busy = false;
  run.kick(t.tenant);
  t.clock.advance(minute);
  run.kick(t.tenant);
  await t.until('it is delivered', async () => (await t.states('m1'))[0] === 'delivered');
});

test('openDelivery() gives up a recipient when its time in the queue is over, and tells the sender', async () => {
  await using server = await ScriptedServer.start({
    on: (line) => (line.startsWith('RCPT') ? '450 busy\r\n' : undefined),
  });
  await using t = await openTestDelivery();
  t.routeTo(server.port);
  await t.put('m1', ['a']);
  const run = t.run();
  await t.until('it is deferred', async () => (await t.rows('m1'))[0]!.attempts === 1);
  t.clock.advance(5 * 24 * 60 * minute);
  run.kick(t.tenant);
  await t.until('the sender is told', () => t.reports.length === 1);
  assert.deepEqual(await t.states('m1'), ['failed']);
  assert.match(t.reports[0]!.raw.toString(), /\r\nStatus: 4\.4\.7\r\n/);
});

test('openDelivery() sends equal forms of a message together and others apart', async () => {
  await using server = await ScriptedServer.start();
  await using t = await openTestDelivery();
  t.routeTo(server.port);
  const recipients = ['plain', 'stamped', 'plain'].map((form, index) => ({
    index,
    forwardPath: { address: { localPart: `r${index}`, domain: 'example.net' } },
    form,
  }));
  const { enqueue } = await import('../queue/enqueue.ts');
  const { testEnvelope } = await import('../testing/queue-setup.ts');
  await t.stores.transact(t.tenant, 'full', (tx, context) =>
    enqueue(tx, { message: 'm1', envelope: testEnvelope(), recipients }, context),
  );
  t.run({ source: async (_tenant, _message, form) => [Buffer.from(`Subject: ${form}\r\n\r\n`)] });
  await t.until('both forms are there', () => server.messages.length === 2);
  const seen = server.messages.map(({ content, rcpts }) => `${content.toString().trim()} ${rcpts.length}`).sort();
  assert.deepEqual(seen, ['Subject: plain 2', 'Subject: stamped 1']);
});

test('openDelivery() sends at once what a server had too many recipients for', async () => {
  let let_in = 0;
  await using server = await ScriptedServer.start({
    on: (line) => {
      if (line.startsWith('MAIL')) let_in = 0;
      return line.startsWith('RCPT') && ++let_in > 3 ? '452 4.5.3 too many\r\n' : undefined;
    },
  });
  await using t = await openTestDelivery();
  t.routeTo(server.port);
  await t.put('m1', [...'abcdefgh']);
  t.run();
  await t.until('all are delivered', async () => (await t.states('m1')).every((state) => state === 'delivered'));
  assert.deepEqual(server.messages.map(({ rcpts }) => rcpts.length).sort(), [2, 3, 3]);
});

test('openDelivery() opens a new session at once when a kept one has died', async () => {
  await using server = await ScriptedServer.start({
    on: (line, connection) =>
      connection === 1 && line.startsWith('MAIL') && server.messages.length > 0 ? HANG : undefined,
  });
  await using t = await openTestDelivery();
  t.routeTo(server.port);
  const run = t.run({ limits: { ...testLimits, sessionsPerDestination: 1 } });
  for (const message of ['m1', 'm2']) {
    await t.put(message, ['a']);
    run.kick(t.tenant);
    await t.until(`${message} is delivered`, async () => (await t.states(message))[0] === 'delivered');
  }
  assert.equal(server.connections, 2);
  assert.equal((await t.rows('m2'))[0]!.attempts, 1);
});

test('openDelivery() asks again whether a message may leave', async () => {
  await using server = await ScriptedServer.start();
  await using t = await openTestDelivery();
  t.routeTo(server.port);
  await t.put('wait', ['a']);
  await t.put('no', ['a']);
  const until = t.clock.now() + 7 * minute;
  t.run({
    permission: (_tenant, { message }) =>
      message === 'no' ? { kind: 'no', why: 'The tenant is suspended' } : { kind: 'wait', until, why: 'Held back' },
  });
  await t.until('it is decided', async () => (await t.states('no'))[0] === 'failed');
  await t.until('it waits', async () => (await t.rows('wait'))[0]!.dueAt === until);
  assert.deepEqual([server.connections, t.reports.length], [0, 0]);
  assert.equal((await t.rows('no'))[0]!.lastReply, 'The tenant is suspended');
});

test('openDelivery() signs a submission last, and nothing else', async () => {
  await using server = await ScriptedServer.start();
  await using t = await openTestDelivery();
  t.routeTo(server.port);
  await t.put('sub', ['a']);
  await t.put('rec', ['a'], { envelope: { direction: 'reception' } });
  const domains: string[] = [];
  t.run({
    sign: async (_tenant, domain, parts) => {
      domains.push(domain);
      return Buffer.from(`DKIM-Signature: v=1; l=${Buffer.concat(parts).length}\r\n`);
    },
  });
  await t.until('both are there', () => server.messages.length === 2);
  const signed = server.messages.filter(({ content }) => content.toString().startsWith('DKIM-Signature'));
  assert.deepEqual(
    [domains, signed.length, signed[0]!.content.toString().includes('Subject: sub')],
    [['example.jp'], 1, true],
  );
});

test('openDelivery() keeps a message that cannot be signed or read, and tries again', async () => {
  await using server = await ScriptedServer.start();
  await using t = await openTestDelivery();
  t.routeTo(server.port);
  await t.put('m1', ['a']);
  const run = t.run({ sign: () => Promise.reject(new Error('no key')) });
  await t.until('it is deferred', async () => (await t.rows('m1'))[0]!.attempts === 1);
  assert.equal((await t.states('m1'))[0], 'waiting');
  assert.equal(server.messages.length, 0);
  await run.drain();
});

test('openDelivery() sends a source that comes as a stream', async () => {
  await using server = await ScriptedServer.start();
  await using t = await openTestDelivery();
  t.routeTo(server.port);
  await t.put('m1', ['a']);
  t.run({
    source: async () =>
      (async function* () {
        yield Buffer.from('Subject: a\r\n\r');
        yield Buffer.from('\n.b\r\n');
      })(),
  });
  await t.until('it is there', () => server.messages.length === 1);
  assert.equal(server.messages[0]!.content.toString(), 'Subject: a\r\n\r\n.b\r\n');
});

test('openDelivery() waits for rows to be durable and asks for it', async () => {
  await using server = await ScriptedServer.start();
  await using t = await openTestDelivery();
  t.routeTo(server.port);
  const asked: string[] = [];
  await t.put('m1', ['a'], { durability: 'ingest' });
  const run = t.run({ askDurable: (tenant) => void asked.push(tenant) });
  await t.until('it asks', () => asked.length > 0);
  assert.deepEqual([asked[0], server.messages.length], [t.tenant, 0]);
  await t.stores.syncDurable(t.tenant);
  run.kick(t.tenant);
  await t.until('it is delivered', async () => (await t.states('m1'))[0] === 'delivered');
});

test('drain() lets a transaction end and gives back what waits', async () => {
  await using server = await ScriptedServer.start({ delayMs: 15 });
  await using t = await openTestDelivery();
  t.routeTo(server.port);
  for (let n = 0; n < 30; n++) await t.put(`m${n}`, ['a']);
  const run = t.run({ limits: { ...testLimits, sessionsPerDestination: 2 } });
  await t.until('one is there', () => server.messages.length > 0);
  await run.drain();
  const counts = await t.ask('counts', {});
  assert.deepEqual([counts.leased, counts.waiting], [0, 30 - server.messages.length]);
  assert.ok(counts.waiting > 20);
});

test('drain() cuts what does not end, and the next run takes it over at once', async () => {
  let isSlow = true;
  await using server = await ScriptedServer.start({ on: (line) => (isSlow && line === '.' ? HANG : undefined) });
  await using t = await openTestDelivery();
  t.routeTo(server.port);
  await t.put('m1', ['a']);
  const run = t.run({
    limits: {
      ...testLimits,
      session: { ...testLimits.session, deadlines: { ...testLimits.session.deadlines, endOfDataMs: 60_000 } },
    },
  });
  await t.until('the content is there', () => server.messages.length === 1);
  const started = performance.now();
  await run.drain(50);
  assert.ok(performance.now() - started < 20_000);
  isSlow = false;
  t.clock.advance(minute);
  t.run();
  await t.until('it is delivered', async () => (await t.states('m1'))[0] === 'delivered');
});

test('setLimits() holds for what is judged and opened from then on', async () => {
  await using server = await ScriptedServer.start({
    on: (line) => (line.startsWith('RCPT') ? '450 4.2.1 busy\r\n' : undefined),
  });
  await using t = await openTestDelivery();
  t.routeTo(server.port);
  const run = t.run();
  run.setLimits({ ...testLimits, retry: { ...testLimits.retry, delaysMs: [7 * minute], jitter: 0 } });
  await t.put('m1', ['a']);
  run.kick(t.tenant);
  await t.until('it is deferred', async () => (await t.rows('m1'))[0]!.attempts === 1);
  assert.equal((await t.rows('m1'))[0]!.dueAt, t.clock.now() + 7 * minute);
});
