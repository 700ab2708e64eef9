/** Postfix hands mail on to us, as the mail server of a partner does. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ScriptedServer } from '@sekisho/delivery/testing';
import { TestClient } from '@sekisho/gateway/testing';
import { TestHouse } from '@sekisho/server/testing';
import { selfSigned } from '@sekisho/smtp/testing';
import { type OpenPostfix, openPostfix } from './lib/open-postfix.ts';

const BY = { kind: 'operator', name: 'neighbours' } as const;
const MAILS = 25;
let sink: ScriptedServer;
let house: TestHouse;
let postfix: OpenPostfix;

before(async () => {
  sink = await ScriptedServer.start();
  house = await TestHouse.prepare({
    tenants: {
      aoba: {
        domains: {
          'aoba.test': { nextHop: [{ host: '127.0.0.1', port: sink.port }], tls: 'none', recipientMode: 'accept-all' },
        },
      },
    },
    tls: selfSigned('mx.sekisho.test'),
  });
  await house.start();
  postfix = await openPostfix({
    domains: { 'aoba.test': house.ports.smtp },
    settings: ['smtp_tls_security_level = encrypt', 'maximal_backoff_time = 1s', 'minimal_backoff_time = 1s'],
  });
});

after(async () => {
  await postfix?.[Symbol.asyncDispose]();
  await house?.[Symbol.asyncDispose]();
  await sink[Symbol.asyncDispose]();
});

test('Postfix relays to us over STARTTLS, and every mail is in the archive and at the next hop once', async () => {
  const client = await TestClient.dial(postfix.port);
  assert.match(await client.say('EHLO user.partner.test'), /^250 /);
  const bodies = Array.from(
    { length: MAILS },
    (_, number) => `.mail ${number} \u3042\r\n${`${'x'.repeat(900)}\r\n`.repeat(number % 5)}\r\n..end`,
  );
  for (const [number, body] of bodies.entries()) {
    await client.codes(`MAIL FROM:<a@partner.test> BODY=8BITMIME`, `RCPT TO:<u${number}@aoba.test>`, 'DATA');
    client.send(`From: <a@partner.test>\r\nSubject: mail ${number}\r\n\r\n${body.replace(/^\./gm, '..')}\r\n.\r\n`);
    assert.match(await client.reply(), /^250 2\.0\.0/);
  }
  client.close();
  await house.until(() => sink.messages.length >= MAILS, 30_000);
  await house.stop();
  assert.deepEqual(
    sink.messages.flatMap(({ rcpts }) => rcpts.map((line) => line.split(' ')[1])).sort(),
    bodies.map((_, n) => `TO:<u${n}@aoba.test>`).sort(),
  );
  await using open = await house.open();
  const tenant = house.tenants['aoba']!;
  const found = await open.dispatch(tenant, 'archive', 'search', { query: 'subject:mail', limit: 200 }, BY);
  assert.equal(found.messages.length, MAILS);
  for (const { spoolId } of found.messages) {
    const { envelope } = await open.dispatch(tenant, 'archive', 'show', { spoolId }, BY);
    assert.equal(envelope.client.protocol, 'ESMTPS');
    assert.equal(envelope.client.tls?.version, 'TLSv1.3');
    const source = await open.dispatch(tenant, 'archive', 'source', { spoolId }, BY);
    const raw = (await open.bodies.raw(tenant, source!)).toString();
    const number = Number(/^Subject: mail (\d+)/m.exec(raw)![1]);
    assert.ok(raw.endsWith(`\r\n\r\n${bodies[number]}\r\n`), `mail ${number}`);
  }
});
