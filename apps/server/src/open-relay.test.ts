/** Whoever is not trusted reaches our own recipients and nobody else, on every port, however the address is written. */
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import { connect as connectTls } from 'node:tls';
import { ScriptedServer } from '@sekisho/delivery/testing';
import { codeOf, TestClient } from '@sekisho/gateway/testing';
import { selfSigned } from '@sekisho/smtp/testing';
import { TestHouse } from './testing.ts';

const TRUSTED = '127.0.0.2';
const certificate = selfSigned('mx.sekisho.test');
let elsewhere: ScriptedServer;
let house: TestHouse;

before(async () => {
  elsewhere = await ScriptedServer.start();
  const nextHop = [{ host: '127.0.0.1', port: elsewhere.port }];
  house = await TestHouse.prepare({
    tenants: {
      aoba: {
        domains: {
          'aoba.test': { nextHop, tls: 'none', recipients: ['taro@aoba.test'] },
          'all.test': { nextHop, tls: 'none', recipientMode: 'accept-all' },
        },
        elsewhere: { nextHop, tls: 'none' },
        trusted: [`${TRUSTED}/32`],
      },
    },
    listenOn: '::',
    tls: certificate,
  });
  await house.start();
});

after(async () => {
  await house[Symbol.asyncDispose]();
  await elsewhere[Symbol.asyncDispose]();
});

type PortName = 'smtp' | 'submission' | 'submissions';

async function dial(name: PortName, from: string): Promise<TestClient> {
  const host = from.includes(':') ? '::1' : '127.0.0.1';
  const socket = connect({ port: house.ports[name], host, localAddress: from, noDelay: true });
  const client = new TestClient(
    name === 'submissions' ? connectTls({ socket, ca: certificate.cert, servername: 'mx.sekisho.test' }) : socket,
  );
  assert.match(await client.reply(), /^220 /);
  assert.match(await client.say('EHLO [127.0.0.1]'), /^250 /);
  return client;
}

const SENDERS = ['<mallory@thief.test>', '<>', '<taro@aoba.test>', '<someone@elsewhere.test>', '<root@[127.0.0.1]>'];

/** Forward-paths that lead out of the house, or would for a server that reads more into them than it should. */
const ATTEMPTS: Readonly<Record<string, RegExp>> = {
  '<someone@elsewhere.test>': /^550 5\.7\.1/,
  '<SOMEONE@ELSEWHERE.TEST>': /^550 5\.7\.1/,
  '<someone@elsewhere.test.>': /^50[01] 5\./,
  '<postmaster@elsewhere.test>': /^550 5\.7\.1/,
  '<someone@sub.aoba.test>': /^550 5\.7\.1/,
  '<@aoba.test:someone@elsewhere.test>': /^550 5\.7\.1/,
  '<@aoba.test,@all.test:someone@elsewhere.test>': /^550 5\.7\.1/,
  '<someone%elsewhere.test@aoba.test>': /^550 5\.7\.1/,
  '<someone%elsewhere.test@all.test>': /^550 5\.7\.1/,
  '<someone%elsewhere.test%all.test@ALL.TEST>': /^550 5\.7\.1/,
  '<elsewhere.test!someone@all.test>': /^550 5\.7\.1/,
  '<elsewhere.test!someone>': /^50[01] 5\./,
  '<"someone@elsewhere.test"@all.test>': /^550 5\.7\.1/,
  '<"someone%elsewhere.test"@all.test>': /^550 5\.7\.1/,
  '<"elsewhere.test!someone"@all.test>': /^550 5\.7\.1/,
  '<"some\\one@elsewhere.test"@all.test>': /^550 5\.7\.1/,
  '<"someone@elsewhere.test">': /^50[01] 5\./,
  '<someone@elsewhere.test@all.test>': /^50[01] 5\./,
  '<someone@all.test@elsewhere.test>': /^50[01] 5\./,
  '<@elsewhere.test:someone%elsewhere.test@all.test>': /^550 5\.7\.1/,
  '<someone@[127.0.0.1]>': /^550 5\.7\.1/,
  '<someone@[IPv6:::1]>': /^550 5\.7\.1/,
  '<someone@127.0.0.1>': /^(?:550 5\.7\.1|50[01] 5\.)/,
  '<someone@localhost>': /^550 5\.7\.1/,
  '<someone@mx.sekisho.test>': /^550 5\.7\.1/,
  '<someone@all.test\0.elsewhere.test>': /^50[01] 5\./,
  '<someone@all.test>@elsewhere.test': /^50[01] 5\./,
  'someone@elsewhere.test': /^(?:550 5\.7\.1|50[01] 5\.)/,
};

const STRANGERS: readonly (readonly [PortName, string])[] = [
  ['smtp', '127.0.0.1'],
  ['smtp', '127.0.0.3'],
  ['smtp', '::1'],
];

for (const [port, from] of STRANGERS) {
  test(`port ${port} relays nothing for a stranger at ${from}`, async () => {
    let attempts = 0;
    for (const sender of SENDERS) {
      let client = await dial(port, from);
      for (const [path, expected] of Object.entries(ATTEMPTS)) {
        if (attempts++ % 8 === 0) {
          client.close();
          client = await dial(port, from);
        }
        assert.match(await client.say(`MAIL FROM:${sender}`), /^250 /, sender);
        assert.match(await client.say(`RCPT TO:${path}`), expected, `${sender} to ${path}`);
        assert.match(codeOf(await client.say('DATA')), /^(?:503|554) 5\.5\.1/, `${sender} to ${path}`);
        assert.match(await client.say('RSET'), /^250 /);
      }
      client.close();
    }
  });
}

for (const port of ['submission', 'submissions'] as const) {
  for (const from of ['127.0.0.1', '::1']) {
    test(`port ${port} takes nothing at all from a stranger at ${from}`, async () => {
      for (const sender of SENDERS) {
        for (const path of ['<taro@aoba.test>', ...Object.keys(ATTEMPTS).slice(0, 2)]) {
          const client = await dial(port, from);
          const replies = [await client.say(`MAIL FROM:${sender}`), await client.say(`RCPT TO:${path}`)];
          assert.match(replies[1]!, /^5/, `${sender} to ${path}: ${replies.join(' | ')}`);
          assert.match(await client.say('DATA'), /^5/);
          client.close();
        }
      }
    });
  }
}

test('a trusted client does reach domains elsewhere, on every port, so the attempts above could have', async () => {
  for (const port of ['smtp', 'submission', 'submissions'] as const) {
    const client = await dial(port, TRUSTED);
    assert.deepEqual(await client.codes('MAIL FROM:<taro@aoba.test>', 'RCPT TO:<someone@elsewhere.test>', 'DATA'), [
      '250 2.1.0',
      '250 2.1.5',
      '354',
    ]);
    assert.match(await client.say(`Subject: trusted ${port}\r\n\r\nout\r\n.`), /^250 2\.0\.0/);
    client.close();
  }
  await house.until(() => elsewhere.messages.length >= 3);
  assert.equal(elsewhere.messages.length, 3);
  await house.stop();
  await using open = await house.open();
  const all = await open.dispatch(
    house.tenants['aoba']!,
    'archive',
    'search',
    { query: '' },
    { kind: 'operator', name: 'test' },
  );
  assert.equal(all.total, 3);
});
