import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createSecureContext } from 'node:tls';
import { selfSigned } from '@sekisho/smtp/testing';
import { codeOf, openTestGateway, TestClient } from './testing.ts';

let opened: Awaited<ReturnType<typeof openTestGateway>>;
before(async () => {
  opened = await openTestGateway({
    names: ['smtp', 'submission', 'submissions'],
    tls: createSecureContext(selfSigned('mx.sekisho.example')),
    limits: { errorsPerSession: 1000 },
  });
});
after(() => opened.gateway.close());

const FORMS: Readonly<Record<string, string>> = {
  'a foreign domain': 'RCPT TO:<x@foreign.example>',
  'a foreign address literal': 'RCPT TO:<x@[192.0.2.1]>',
  'our own address literal': 'RCPT TO:<x@[127.0.0.1]>',
  'an IPv6 address literal': 'RCPT TO:<x@[IPv6:::1]>',
  'a source route over us': 'RCPT TO:<@a.example:x@foreign.example>',
  'a source route over two hosts': 'RCPT TO:<@a.example,@b.example:x@foreign.example>',
  'a percent route': 'RCPT TO:<x%foreign.example@a.example>',
  'a percent route to a domain that takes all': 'RCPT TO:<x%foreign.example@all.example>',
  'a bang path': 'RCPT TO:<foreign.example!x@all.example>',
  'a bang path of two hosts': 'RCPT TO:<a.example!foreign.example!x@all.example>',
  'a quoted local part with an address inside': 'RCPT TO:<"x@foreign.example"@all.example>',
  'a quoted local part with a quoted at sign': 'RCPT TO:<"x\\@foreign.example"@all.example>',
  'a quoted local part with a percent route': 'RCPT TO:<"x%foreign.example"@all.example>',
  'a quoted whole address': 'RCPT TO:<"x@foreign.example">',
  'two at signs': 'RCPT TO:<x@foreign.example@all.example>',
  'a domain with a final dot': 'RCPT TO:<x@a.example.>',
  'a domain that only ends like ours': 'RCPT TO:<x@evil-a.example>',
  'a sub-domain of ours': 'RCPT TO:<x@sub.a.example>',
  'a name of a built-in property': 'RCPT TO:<x@constructor>',
  'a U-label that looks like ours': 'RCPT TO:<x@а.example>',
  'no brackets': 'RCPT TO:x@foreign.example',
  'a space before the path': 'RCPT TO: <x@foreign.example>',
  'a second address behind the first': 'RCPT TO:<taro@a.example><x@foreign.example>',
  'an address list': 'RCPT TO:<taro@a.example,x@foreign.example>',
  'a NUL behind our domain': 'RCPT TO:<x@a.example\0@foreign.example>',
};

for (const sender of ['<x@other.example>', '<taro@a.example>', '<>']) {
  for (const [name, rcpt] of Object.entries(FORMS)) {
    test(`an untrusted client with MAIL FROM:${sender} never relays by ${name}`, async () => {
      const client = await TestClient.dial(opened.port);
      await client.say('EHLO client.example');
      assert.equal(codeOf(await client.say(`MAIL FROM:${sender}`)), '250 2.1.0');
      const reply = await client.say(rcpt);
      assert.match(reply, /^5[0-9]{2} /);
      assert.equal(codeOf(await client.say('DATA')), '554 5.5.1');
      client.close();
      assert.equal(opened.messages.length, 0);
    });
  }
}

test('an untrusted client reaches only the recipients of ours that it named beside foreign ones', async () => {
  const client = await TestClient.dial(opened.port);
  await client.say('EHLO client.example');
  assert.deepEqual(
    await client.codes('MAIL FROM:<>', 'RCPT TO:<x@foreign.example>', 'RCPT TO:<taro@a.example>', 'DATA', '.'),
    ['250 2.1.0', '550 5.7.1', '250 2.1.5', '354', '250 2.0.0'],
  );
  assert.deepEqual(
    opened.messages.splice(0).flatMap((each) => each.envelope.forwardPaths.map((path) => path.address.domain)),
    ['a.example'],
  );
  client.close();
});

test('an untrusted client submits nothing, not even to us, on the port for submission', async () => {
  const client = await TestClient.dial(opened.portOf('submission'));
  await client.say('EHLO client.example');
  assert.deepEqual(await client.codes('MAIL FROM:<taro@a.example>', 'MAIL FROM:<>', 'RCPT TO:<taro@a.example>'), [
    '550 5.7.1',
    '550 5.7.1',
    '503 5.5.1',
  ]);
  client.close();
});
