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
