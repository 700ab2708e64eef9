import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openTestDelivery, testLimits } from '../testing/loop-setup.ts';
import { HANG, ScriptedServer } from '../testing.ts';

test('one tenant\u2019s flood delays no other, at the same next hop', async () => {
  await using server = await ScriptedServer.start({ delayMs: 2 });
  await using t = await openTestDelivery();
  t.routeTo(server.port);
  for (let n = 0; n < 300; n++) await t.put(`flood${n}`, ['a']);
  const run = t.run({ limits: { ...testLimits, sessionsPerDestination: 2 } });
  await t.until('the flood runs', () => server.messages.length > 5);
  const before = server.messages.length;
  await t.put('quiet', ['a'], { tenant: t.other });
  run.kick(t.other);
  const isThere = () => server.messages.some(({ content }) => content.includes('quiet'));
  await t.until('the quiet one is there', isThere);
  assert.ok(server.messages.length - before < 30, `${server.messages.length - before} messages came before it`);
});

test('a next hop that hangs takes no more than its share, and the others get their mail', async () => {
  await using stuck = await ScriptedServer.start({ on: (line) => (line.startsWith('MAIL') ? HANG : undefined) });
  await using quick = await ScriptedServer.start();
  await using t = await openTestDelivery();
  t.routeTo(stuck.port);
  t.routeTo(quick.port, { destination: 'example.org' });
  for (let n = 0; n < 120; n++) await t.put(`s${n}`, ['a']);
  for (let n = 0; n < 10; n++) await t.put(`q${n}`, ['a@example.org']);
  const deadlines = { ...testLimits.session.deadlines, mailMs: 60_000 };
  t.run({
    limits: {
      ...testLimits,
      session: { ...testLimits.session, deadlines },
      batch: 20,
      claimedPerTenant: 80,
      claimedPerDestination: 40,
    },
  });
  await t.until('the others are there', () => quick.messages.length === 10);
  assert.ok(stuck.connections <= testLimits.sessionsPerDestination);
});

test('a next hop that is down is left alone for a while, then tried by one worker', async () => {
  let isDown = true;
  await using server = await ScriptedServer.start({
    on: (line) => (isDown && line.startsWith('EHLO') ? '421 4.3.2 not now\r\n' : undefined),
  });
  await using t = await openTestDelivery();
  t.routeTo(server.port);
  for (let n = 0; n < 100; n++) await t.put(`m${n}`, ['a']);
  const run = t.run();
  await t.until('it failed', () => (run.destinations()[0]?.failures ?? 0) > 0);
  await t.until('all went back', async () => (await t.ask('counts', {})).waiting === 100);
  assert.ok(server.connections <= testLimits.sessionsPerDestination);
  const [state] = run.destinations();
  assert.match(state!.lastFailure!, /421 4\.3\.2 not now/);
  assert.match((await t.rows('m99'))[0]!.lastReply!, /not now/);
  const tried = server.connections;
  run.kick(t.tenant);
  t.clock.advance(state!.backOffUntil! - t.clock.now());
  run.kick(t.tenant);
  await t.until('it was tried again', () => server.connections > tried);
  await t.until('all went back', async () => (await t.ask('counts', {})).leased === 0);
  assert.equal(server.connections, tried + 1);
  isDown = false;
  await t.ask('retry', { which: { everything: true } });
  run.kick(t.tenant, { forgetBackOff: true });
  await t.until('all are there', () => server.messages.length === 100);
});

test('sessions are shared by all next hops: an unused one makes room', async () => {
  await using one = await ScriptedServer.start();
  await using two = await ScriptedServer.start();
  await using t = await openTestDelivery();
  t.routeTo(one.port);
  t.routeTo(two.port, { destination: 'example.org' });
  const limits = { ...testLimits, sessions: 1, session: { ...testLimits.session, idleMs: 60_000 } };
  const run = t.run({ limits });
  for (const [message, to] of [
    ['m1', 'a'],
    ['m2', 'a@example.org'],
    ['m3', 'a'],
  ] as const) {
    await t.put(message, [to]);
    run.kick(t.tenant);
    await t.until(`${message} is delivered`, async () => (await t.states(message))[0] === 'delivered');
  }
  assert.deepEqual([one.connections, two.connections], [2, 1]);
});

test('an unused session is closed after its time', async () => {
  await using server = await ScriptedServer.start();
  await using t = await openTestDelivery();
  t.routeTo(server.port);
  await t.put('m1', ['a']);
  t.run();
  await t.until('it is there', () => server.messages.length === 1);
  await t.until('the session is closed', () => server.open === 0);
  assert.equal(server.lines.at(-1), 'QUIT');
});

test('a tenant whose mail hangs everywhere keeps no session from another tenant', async () => {
  const hosts = await Promise.all(
    Array.from({ length: 4 }, () =>
      ScriptedServer.start({ on: (line) => (line.startsWith('MAIL') ? HANG : undefined) }),
    ),
  );
  await using quick = await ScriptedServer.start();
  await using t = await openTestDelivery();
  for (const [at, host] of hosts.entries()) {
    t.routeTo(host.port, { destination: `d${at}.example` });
    for (let n = 0; n < 10; n++) await t.put(`h${at}-${n}`, [`a@d${at}.example`]);
  }
  t.routeTo(quick.port);
  const deadlines = { ...testLimits.session.deadlines, mailMs: 60_000 };
  const session = { ...testLimits.session, deadlines };
  const run = t.run({ limits: { ...testLimits, session, sessions: 8, transactionsPerTenant: 6 } });
  const connections = () => hosts.reduce((sum, host) => sum + host.connections, 0);
  await t.until('its share is under way', () => connections() === 6);
  await t.put('quiet', ['a'], { tenant: t.other });
  run.kick(t.other);
  await t.until('the other tenant is served', () => quick.messages.length === 1);
  assert.equal(connections(), 6);
  await Promise.all(hosts.map((host) => host[Symbol.asyncDispose]()));
});

test('large messages wait for room in memory, each tenant for its own', async () => {
  await using server = await ScriptedServer.start();
  await using t = await openTestDelivery();
  t.routeTo(server.port);
  const sizeOctets = 1000;
  for (let n = 0; n < 12; n++) await t.put(`m${n}`, ['a'], { envelope: { sizeOctets } });
  let held = 0;
  let most = 0;
  t.run({
    limits: { ...testLimits, smallOctets: 100, octetsInFlight: 10_000, octetsInFlightPerTenant: 3 * sizeOctets },
    source: async (_tenant, message) => {
      most = Math.max(most, ++held);
      await new Promise((resolve) => setTimeout(resolve, 5));
      held--;
      return [Buffer.from(`Subject: ${message}\r\n\r\n`)];
    },
  });
  await t.until('all are there', () => server.messages.length === 12);
  assert.equal(most, 3);
});
