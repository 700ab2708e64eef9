/** We hand mail on to Postfix, as to the mail server of a customer, and it hands it on to a server that remembers. */
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import { ScriptedServer } from '@sekisho/delivery/testing';
import { TestClient } from '@sekisho/gateway/testing';
import { TestHouse } from '@sekisho/server/testing';
import { selfSigned } from '@sekisho/smtp/testing';
import { type OpenPostfix, openPostfix } from './lib/open-postfix.ts';

const BY = { kind: 'operator', name: 'neighbours' } as const;
const OWN_CLIENT = '127.0.0.2';
const SIZE_LIMIT = 200_000;
const certificate = selfSigned('postfix.test');
let sink: ScriptedServer;
let postfix: OpenPostfix;
let stranger: OpenPostfix;
let house: TestHouse;

before(async () => {
  sink = await ScriptedServer.start();
  const settings = ['smtpd_tls_security_level = encrypt', `message_size_limit = ${SIZE_LIMIT}`];
  postfix = await openPostfix({
    domains: { 'aoba.test': sink.port, 'partner.test': sink.port },
    certificate,
    settings,
  });
  stranger = await openPostfix({ domains: { 'midori.test': sink.port }, certificate: selfSigned('stranger.test') });
  house = await TestHouse.prepare({
    tenants: {
      aoba: {
        domains: {
          'aoba.test': {
            nextHop: [{ host: 'postfix.test', port: postfix.port }],
            tls: 'required',
            recipientMode: 'ask',
          },
        },
        elsewhere: { nextHop: [{ host: 'postfix.test', port: postfix.port }], tls: 'required' },
        trusted: [`${OWN_CLIENT}/32`],
      },
      midori: {
        domains: {
          'midori.test': {
            nextHop: [{ host: 'stranger.test', port: stranger.port }],
            tls: 'required',
            recipientMode: 'accept-all',
          },
        },
      },
    },
    zones: { 'postfix.test': { A: ['127.0.0.1'] }, 'stranger.test': { A: ['127.0.0.1'] } },
    trustedCa: certificate.cert,
  });
  await house.start();
});

after(async () => {
  await house?.[Symbol.asyncDispose]();
  await postfix?.[Symbol.asyncDispose]();
  await stranger?.[Symbol.asyncDispose]();
  await sink[Symbol.asyncDispose]();
});

async function dial(localAddress: string): Promise<TestClient> {
  const client = new TestClient(connect({ port: house.ports.smtp, host: '127.0.0.1', localAddress, noDelay: true }));
  assert.match(await client.reply(), /^220 /);
  assert.match(await client.say('EHLO client.test'), /^250 /);
  return client;
}

async function send(from: string, mail: string, rcpt: string, content: string): Promise<string> {
  const client = await dial(from);
  assert.match(await client.say(`MAIL FROM:${mail}`), /^250 /);
  assert.match(await client.say(`RCPT TO:${rcpt}`), /^250 /);
  assert.match(await client.say('DATA'), /^354 /);
  const reply = await client.say(`${content}\r\n.`);
  client.close();
  return reply;
}

const withSubject = (subject: string) =>
  sink.messages.filter(({ content }) => content.includes(`Subject: ${subject}\r\n`));

test('mail goes to Postfix over TLS that both its certificate and its name prove', async () => {
  assert.match(
    await send('127.0.0.1', '<a@elsewhere.test>', '<taro@aoba.test>', 'Subject: secured\r\n\r\n..\r\n...x'),
    /^250 /,
  );
  await house.until(() => withSubject('secured').length > 0);
  const content = withSubject('secured')[0]!.content.toString();
  assert.match(content, /^Received: from mx\.sekisho\.test .*\r\n\t\(using TLSv1\.3 with cipher \S+/);
  assert.ok(content.endsWith('\r\n\r\n.\r\n..x\r\n'), JSON.stringify(content.slice(-40)));
});

test('wishes for notices go along to Postfix (RFC 3461)', async () => {
  const mail = '<taro@aoba.test> RET=HDRS ENVID=AB+2B12';
  const rcpt = '<ken@partner.test> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;ken+2Bx@partner.test';
  assert.match(await send(OWN_CLIENT, mail, rcpt, 'Subject: noticed\r\n\r\nx'), /^250 /);
  await house.until(() => withSubject('noticed').length > 0);
  const [taken] = withSubject('noticed');
  assert.match(taken!.mail, / RET=HDRS/);
  assert.match(taken!.mail, / ENVID=AB\+2B12/);
  assert.match(taken!.rcpts[0]!, / ORCPT=rfc822;ken\+2Bx@partner\.test/);
  assert.match(taken!.rcpts[0]!, / NOTIFY=(?:SUCCESS,FAILURE|FAILURE,SUCCESS)/);
});

test('a message above the SIZE that Postfix announces is not sent, and its sender learns why', async () => {
  const body =
    'Subject: huge\r\n\r\n' +
    'x'
      .repeat(78)
      .concat('\r\n')
      .repeat((SIZE_LIMIT + 20_000) / 80);
  assert.match(await send(OWN_CLIENT, '<taro@aoba.test>', '<ken@partner.test>', body), /^250 /);
  await house.until(() => sink.messages.some(({ content }) => content.includes('Status: 5.3.4')), 20_000);
  assert.equal(withSubject('huge').filter(({ mail }) => !mail.startsWith('MAIL FROM:<>')).length, 0);
});

test('many messages go through Postfix, each once', async () => {
  const all = await Promise.all(
    Array.from({ length: 4 }, async (_, session) => {
      const client = await dial('127.0.0.1');
      for (let n = 0; n < 25; n++) {
        client.send(`MAIL FROM:<a@elsewhere.test>\r\nRCPT TO:<u${n}@aoba.test>\r\nDATA\r\n`);
        for (const code of [/^250/, /^250/, /^354/]) assert.match(await client.reply(), code);
        assert.match(await client.say(`Subject: many-${session}-${n}\r\n\r\nx\r\n.`), /^250/);
      }
      client.close();
    }),
  );
  const arrived = () =>
    sink.messages.map(({ content }) => /^Subject: (many-\S+)/m.exec(content.toString())?.[1]).filter(Boolean);
  await house.until(() => arrived().length >= all.length * 25, 30_000);
  assert.equal(new Set(arrived()).size, 100);
  assert.equal(arrived().length, 100);
});

test('nothing goes to a server whose certificate nobody vouches for, and the message waits', async () => {
  assert.match(await send('127.0.0.1', '<a@elsewhere.test>', '<x@midori.test>', 'Subject: unproven\r\n\r\nx'), /^250 /);
  await house.until(() => house.log().some(({ event }) => event === 'delivery.session-failed'));
  assert.equal(withSubject('unproven').length, 0);
  await house.stop();
  await using open = await house.open();
  const counts = await open.dispatch(house.tenants['midori']!, 'delivery', 'counts', {}, BY);
  assert.deepEqual({ waiting: counts.waiting, failed: counts.failed }, { waiting: 1, failed: 0 });
  assert.equal((await open.dispatch(house.tenants['aoba']!, 'delivery', 'counts', {}, BY)).waiting, 0);
});
