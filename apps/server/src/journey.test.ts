import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import { ScriptedServer, type TakenMessage } from '@sekisho/delivery/testing';
import { TestClient } from '@sekisho/gateway/testing';
import { type StoppedHouse, TestHouse } from './testing.ts';

/** From this address mail is aoba's; the others are strangers. */
const AOBA_CLIENT = '127.0.0.2';
const BY = { kind: 'operator', name: 'journey' } as const;
const NUMBERED = 60;

let aobaServer: ScriptedServer;
let midoriServer: ScriptedServer;
let house: TestHouse;

before(async () => {
  aobaServer = await ScriptedServer.start();
  midoriServer = await ScriptedServer.start();
  const to = (server: ScriptedServer) => ({
    nextHop: [{ host: '127.0.0.1', port: server.port }],
    tls: 'none' as const,
  });
  house = await TestHouse.prepare({
    tenants: {
      aoba: {
        domains: { 'aoba.test': { ...to(aobaServer), recipients: ['taro@aoba.test', 'hanako@aoba.test'] } },
        trusted: [`${AOBA_CLIENT}/32`],
      },
      midori: {
        domains: {
          'midori.test': { ...to(midoriServer), recipients: ['jiro@midori.test'] },
          'strict.test': { ...to(midoriServer), recipientMode: 'accept-all', inspectBeforeReply: true },
        },
      },
    },
    zones: { '_dmarc.bank.test': { TXT: [['v=DMARC1; p=reject']] } },
  });
  await house.start();
});

after(async () => {
  await house[Symbol.asyncDispose]();
  await aobaServer[Symbol.asyncDispose]();
  await midoriServer[Symbol.asyncDispose]();
});

/** A client at an address of loopback, greeted. */
async function dial(localAddress = '127.0.0.1'): Promise<TestClient> {
  const client = new TestClient(connect({ port: house.ports.smtp, host: '127.0.0.1', localAddress, noDelay: true }));
  assert.match(await client.reply(), /^220 /);
  assert.match(await client.say('EHLO client.test'), /^250 mx\.sekisho\.test/);
  return client;
}

const mail = (from: string, subject: string, ...lines: string[]) =>
  [
    `From: <${from}>`,
    `Subject: =?UTF-8?B?${Buffer.from(subject).toString('base64')}?=`,
    'Date: Fri, 20 Nov 2026 12:00:00 +0900',
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: 8bit',
    '',
    ...lines,
    '',
  ].join('\r\n');

/** Sends a message and gives the reply to its final dot. */
async function send(client: TestClient, from: string, to: string, raw: string): Promise<string> {
  assert.match(await client.say(`MAIL FROM:<${from}> BODY=8BITMIME`), /^250 /);
  assert.match(await client.say(`RCPT TO:<${to}>`), /^250 /);
  assert.match(await client.say('DATA'), /^354 /);
  return client.say(`${raw}.`);
}

const copiesOf = (server: ScriptedServer, text: string): TakenMessage[] =>
  server.messages.filter(({ content }) => content.includes(text));

const GREETING = mail('yuki@partner.test', '新しい見積書の件', '青葉商事の皆様、お世話になっております。');
const INVOICE = mail('taro@aoba.test', '請求書を送ります', '緑商店の次郎様、請求書をご確認ください。');
const SPOOF = mail('support@bank.test', '口座の確認', '今すぐ確認してください。');

test('a message from outside gets 250 and comes to the next hop once, with our trace before it', async () => {
  const client = await dial();
  assert.match(await client.say('MAIL FROM:<yuki@partner.test> BODY=8BITMIME'), /^250 /);
  assert.match(await client.say('RCPT TO:<nobody@aoba.test>'), /^550 5\.1\.1 /);
  assert.match(await client.say('RCPT TO:<someone@elsewhere.test>'), /^550 5\.7\.1 /);
  assert.match(await client.say('RCPT TO:<taro@aoba.test>'), /^250 /);
  assert.match(await client.say('RCPT TO:<hanako@aoba.test>'), /^250 /);
  assert.match(await client.say('DATA'), /^354 /);
  assert.match(await client.say(`${GREETING}.`), /^250 2\.0\.0 /);
  assert.match(await client.say('QUIT'), /^221 /);
  await house.until(() => copiesOf(aobaServer, GREETING).length > 0);
  const [copy] = copiesOf(aobaServer, GREETING);
  assert.deepEqual(copy?.rcpts.map((line) => line.split(' ')[1]).sort(), [
    'TO:<hanako@aoba.test>',
    'TO:<taro@aoba.test>',
  ]);
  const trace = copy!.content.toString().slice(0, -GREETING.length);
  assert.match(trace, /^Authentication-Results: mx\.sekisho\.test;[\s\S]*\r\nReceived: from client\.test /);
});

test('a spoof of a domain that asks for rejection is kept back, or refused where inspection comes before the reply', async () => {
  const client = await dial();
  assert.match(await send(client, 'x@thief.test', 'jiro@midori.test', SPOOF), /^250 /);
  assert.match(await send(client, 'x@thief.test', 'anyone@strict.test', SPOOF), /^550 5\.7\.1 .*DMARC/);
  assert.match(
    await send(client, 'x@friend.test', 'anyone@strict.test', mail('x@friend.test', 'hi', 'strict')),
    /^250 /,
  );
  client.close();
  await house.until(() => copiesOf(midoriServer, 'strict').length > 0);
});

test("a tenant's own client submits, and mail for another tenant leaves by its policy and comes in anew", async () => {
  const client = await dial(AOBA_CLIENT);
  assert.match(await send(client, 'taro@aoba.test', 'jiro@midori.test', INVOICE), /^250 /);
  client.close();
  await house.until(() => copiesOf(midoriServer, INVOICE).length > 0);
  const trace = copiesOf(midoriServer, INVOICE)[0]!.content.toString().slice(0, -INVOICE.length);
  assert.equal(trace.match(/^Received: /gm)?.length, 2);
});

test('a second start on the same data folder is refused while the first runs', async () => {
  assert.match(await house.startTwice(), /Cannot open data folder .* is using it/);
});

test('core, front and scan are killed in the middle of mail, and nothing that got 250 is lost', async () => {
  const accepted = new Set<number>();
  const killed = ['core', 'front-0', 'scan-0'];
  const numbered = (number: number) => mail('a@partner.test', `番号 ${number}`, `numbered-${number}-end`);
  const sending = (async () => {
    let client = await dial();
    for (let number = 1; number <= NUMBERED; number++) {
      for (;;) {
        try {
          const reply = await send(client, 'a@partner.test', 'taro@aoba.test', numbered(number));
          assert.match(reply, /^250 /);
          break;
        } catch {
          client.close();
          await house.until(
            async () => Boolean((client = (await dial().catch(() => null)) ?? client)) && !client.isClosed,
          );
        }
      }
      accepted.add(number);
    }
    client.close();
  })();
  for (const [at, name] of killed.entries()) {
    await house.until(() => accepted.size >= (at + 1) * 10);
    await house.kill(name);
  }
  await sending;
  assert.equal(accepted.size, NUMBERED);
  await house.settled();
  await house.until(() => [...accepted].every((number) => copiesOf(aobaServer, `numbered-${number}-end`).length > 0));
  assert.equal(await house.metric('sekisho_spool_debt_messages'), 0);
});

test('SIGTERM ends the whole tree within 10 s, and the next start finds everything', async () => {
  const pids = (await house.processes()).map(({ pid }) => pid!);
  const { code, tookMs } = await house.stop();
  assert.equal(code, 0);
  assert.ok(tookMs < 10_000, `${tookMs} ms`);
  for (const pid of pids) assert.throws(() => process.kill(pid, 0), { code: 'ESRCH' });
  await house.start();
  const client = await dial();
  const raw = mail('yuki@partner.test', '再開', 'after the second start');
  assert.match(await send(client, 'yuki@partner.test', 'taro@aoba.test', raw), /^250 /);
  client.close();
  await house.until(() => copiesOf(aobaServer, raw).length > 0);
  await house.stop();
});

async function found(open: StoppedHouse, tenant: string, query: string) {
  const page = await open.dispatch(house.tenants[tenant]!, 'archive', 'search', { query }, BY);
  return page.messages;
}

test('the archive has every message once, octet for octet, and finds it by Japanese words', async () => {
  await using open = await house.open();
  const [greeting, ...others] = await found(open, 'aoba', '見積書');
  assert.deepEqual(others, []);
  const source = await open.dispatch(house.tenants['aoba']!, 'archive', 'source', { spoolId: greeting!.spoolId }, BY);
  const raw = await open.bodies.raw(house.tenants['aoba']!, source!);
  assert.equal(raw.toString(), GREETING);
  const copies = copiesOf(aobaServer, GREETING);
  assert.equal(copies.length, 1);
  const delivered = copies[0]!.content;
  assert.ok(hash('sha256', delivered, 'buffer').equals(source!.deliveredSha256));
  for (const tenant of ['aoba', 'midori']) assert.equal((await found(open, tenant, '請求書')).length, 1, tenant);
  assert.equal((await found(open, 'midori', '見積書')).length, 0);
  for (let number = 1; number <= NUMBERED; number++) {
    const copies = (await found(open, 'aoba', `"numbered-${number}-end"`)).length;
    assert.ok(copies >= 1, `message ${number} is in the archive ${copies} times`);
  }
});

test('the quarantine has the spoof and says why', async () => {
  await using open = await house.open();
  const { entries } = await open.dispatch(house.tenants['midori']!, 'holding', 'list', {}, BY);
  assert.deepEqual(
    entries.map(({ forwardPath, kind, rule, state, subject }) => ({
      to: forwardPath.localPart,
      kind,
      rule,
      state,
      subject,
    })),
    [{ to: 'jiro', kind: 'quarantine', rule: 'dmarc-reject', state: 'waiting', subject: '口座の確認' }],
  );
  assert.equal(copiesOf(midoriServer, SPOOF).length, 0);
});
