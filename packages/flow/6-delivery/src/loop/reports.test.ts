import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DsnNotify } from '@sekisho/terms';
import { openTestDelivery } from '../testing/loop-setup.ts';
import { type Script, ScriptedServer } from '../testing.ts';

const hour = 3_600_000;
const refusing: Script = { on: (line) => (line.startsWith('RCPT') ? '550 5.1.1 unknown\r\n' : undefined) };

test('a refused submission is reported to its sender, once for all recipients of a message', async () => {
  await using server = await ScriptedServer.start(refusing);
  await using t = await openTestDelivery();
  t.routeTo(server.port);
  await t.put('m1', ['a', 'b']);
  t.run();
  await t.until('the sender is told', () => t.reports.length > 0);
  await t.until('nothing is owed', async () => (await t.ask('owedReports', { limit: 9 })).length === 0);
  const [report] = t.reports;
  const text = report!.raw.toString();
  assert.deepEqual([t.reports.length, report!.tenant, report!.reversePath], [1, t.tenant, null]);
  assert.deepEqual(report!.to, { localPart: 'hanako', domain: 'example.jp' });
  assert.deepEqual(text.match(/^Final-Recipient: .*$/gm), [
    'Final-Recipient: rfc822; a@example.net',
    'Final-Recipient: rfc822; b@example.net',
  ]);
  assert.match(text, /In-Reply-To: <m1@example\.jp>/);
  assert.match(text, /Diagnostic-Code: smtp; 550 5\.1\.1 unknown/);
});

const silent: [string, Parameters<Awaited<ReturnType<typeof openTestDelivery>>['put']>[2]][] = [
  ['a reception', { envelope: { direction: 'reception' } }],
  ['the null reverse-path', { envelope: { reversePath: null } }],
  ['NOTIFY=NEVER', { path: { notify: ['never'] } }],
];

for (const [what, more] of silent) {
  test(`a refusal of ${what} is kept and traced, and nobody gets a report`, async () => {
    await using server = await ScriptedServer.start(refusing);
    await using t = await openTestDelivery();
    t.routeTo(server.port);
    await t.put('m1', ['a'], more);
    const run = t.run();
    await t.until('it has failed', async () => (await t.states('m1'))[0] === 'failed');
    await run.drain();
    assert.equal(t.reports.length, 0);
    const [step] = await t.ask('history', { message: 'm1' });
    assert.deepEqual([step!.outcome, step!.reply], ['failed', '550 5.1.1 unknown']);
  });
}

test('a delay is reported once, after four hours', async () => {
  await using server = await ScriptedServer.start({
    on: (line) => (line.startsWith('RCPT') ? '450 4.2.1 busy\r\n' : undefined),
  });
  await using t = await openTestDelivery();
  t.routeTo(server.port);
  await t.put('m1', ['a']);
  const run = t.run();
  for (let attempts = 1; attempts <= 6; attempts++) {
    await t.until(`attempt ${attempts}`, async () => (await t.rows('m1'))[0]!.attempts === attempts);
    await t.until('nothing is owed', async () => (await t.ask('owedReports', { limit: 9 })).length === 0);
    assert.equal(t.reports.length, attempts < 3 ? 0 : 1);
    t.clock.advance(2 * hour);
    run.kick(t.tenant);
  }
  assert.match(t.reports[0]!.raw.toString(), /Action: delayed\r\n/);
});

const relayed: [string, readonly string[], DsnNotify[], number][] = [
  ['a next hop that reports by itself', ['DSN'], ['success'], 0],
  ['a next hop that does not', [], ['success'], 1],
  ['a next hop that does not, where only failures were asked for', [], ['failure'], 0],
];

for (const [where, keywords, notify, reports] of relayed) {
  test(`a delivery to ${where} gives ${reports} reports`, async () => {
    await using server = await ScriptedServer.start({ keywords });
    await using t = await openTestDelivery();
    t.routeTo(server.port);
    await t.put('m1', ['a'], { path: { notify } });
    const run = t.run();
    await t.until('it is delivered', async () => (await t.states('m1'))[0] === 'delivered');
    await t.until('nothing is owed', async () => (await t.ask('owedReports', { limit: 9 })).length === 0);
    await run.drain();
    assert.equal(t.reports.length, reports);
    if (reports > 0) assert.match(t.reports[0]!.raw.toString(), /Action: relayed\r\nStatus: 2\.0\.0/);
  });
}

test('a report that could not be handed over is owed still when delivery starts again', async () => {
  await using server = await ScriptedServer.start(refusing);
  await using t = await openTestDelivery();
  t.routeTo(server.port);
  await t.put('m1', ['a']);
  const run = t.run({ submitReport: () => Promise.reject(new Error('spool full')) });
  await t.until('it stumbled', () => t.log.events.some(({ event }) => event === 'delivery.stumbled'));
  await run.drain();
  assert.equal((await t.ask('owedReports', { limit: 9 })).length, 1);
  t.run();
  await t.until('the sender is told', () => t.reports.length === 1);
});
