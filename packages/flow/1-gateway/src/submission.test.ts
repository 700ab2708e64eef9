import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connect, createSecureContext } from 'node:tls';
import { selfSigned } from '@sekisho/smtp/testing';
import type { TrustedClient } from './ports.ts';
import { openTestGateway, TENANT_A, TENANT_B, tableDirectory, TestClient } from './testing.ts';

const DOMAINS = {
  'a.example': { tenant: TENANT_A, recipientMode: 'list', inspectBeforeReply: false },
  'b.example': { tenant: TENANT_B, recipientMode: 'list', inspectBeforeReply: false },
} as const;

async function trustedBy(t: { after(done: () => void): void }, ...trusted: TrustedClient[]) {
  const directory = tableDirectory({
    domains: DOMAINS,
    recipients: ['taro@a.example', 'jiro@b.example'],
    trusted: { '127.0.0.1': trusted },
  });
  const opened = await openTestGateway({ directory, names: ['smtp', 'submission'] });
  t.after(() => void opened.gateway.close());
  return {
    ...opened,
    async dial(name: string, ehlo = 'c') {
      const client = await TestClient.dial(opened.portOf(name));
      t.after(() => client.close());
      await client.say(`EHLO ${ehlo}`);
      return client;
    },
  };
}

for (const listener of ['smtp', 'submission']) {
  test(`a trusted client submits to any domain on ${listener}`, async (t) => {
    const { dial, messages } = await trustedBy(t, { tenant: TENANT_A, relayName: null });
    const client = await dial(listener);
    const lines = [
      'RCPT TO:<x@foreign.example>',
      'RCPT TO:<taro@a.example>',
      'RCPT TO:<nobody@b.example>',
      'DATA',
      '.',
    ];
    assert.deepEqual(await client.codes('MAIL FROM:<taro@a.example>', ...lines), [
      '250 2.1.0',
      '250 2.1.5',
      '250 2.1.5',
      '250 2.1.5',
      '354',
      '250 2.0.0',
    ]);
    const { envelope } = messages[0]!;
    assert.deepEqual([envelope.direction, envelope.tenant, envelope.forwardPaths.length], ['submission', TENANT_A, 3]);
  });
}

test('a trusted client learns at once of an unknown recipient of its own tenant', async (t) => {
  const { dial } = await trustedBy(t, { tenant: TENANT_A, relayName: null });
  const client = await dial('submission');
  assert.deepEqual(await client.codes('MAIL FROM:<>', 'RCPT TO:<nobody@a.example>'), ['250 2.1.0', '550 5.1.1']);
});

const SHARED = [
  { tenant: TENANT_A, relayName: 'relay-a.example' },
  { tenant: TENANT_B, relayName: 'relay-b.example' },
];

test('behind a shared address, relay name and sender domain together say whose mail it is', async (t) => {
  const { dial, messages } = await trustedBy(t, ...SHARED);
  for (const [ehlo, from, tenant] of [
    ['relay-a.example', '<taro@a.example>', TENANT_A],
    ['RELAY-B.example', '<jiro@b.example>', TENANT_B],
    ['relay-b.example', '<>', TENANT_B],
  ]) {
    const client = await dial('submission', ehlo);
    assert.deepEqual(await client.codes(`MAIL FROM:${from}`, 'RCPT TO:<x@foreign.example>', 'DATA', '.'), [
      '250 2.1.0',
      '250 2.1.5',
      '354',
      '250 2.0.0',
    ]);
    assert.equal(messages.at(-1)!.envelope.tenant, tenant);
  }
});

for (const [ehlo, from] of [
  ['relay-a.example', '<jiro@b.example>'],
  ['relay-a.example', '<x@foreign.example>'],
  ['other.example', '<taro@a.example>'],
  ['other.example', '<>'],
] as const) {
  test(`behind a shared address, EHLO ${ehlo} with MAIL FROM:${from} submits nothing`, async (t) => {
    const { dial } = await trustedBy(t, ...SHARED);
    const submitting = await dial('submission', ehlo);
    assert.deepEqual(await submitting.codes(`MAIL FROM:${from}`), ['550 5.7.1']);
    const relaying = await dial('smtp', ehlo);
    assert.deepEqual(await relaying.codes(`MAIL FROM:${from}`, 'RCPT TO:<x@foreign.example>'), [
      '250 2.1.0',
      '550 5.7.1',
    ]);
    assert.deepEqual(await relaying.codes('RCPT TO:<taro@a.example>', 'RCPT TO:<jiro@b.example>'), [
      '250 2.1.5',
      '452 4.5.3',
    ]);
  });
}

test("a client is trusted by its certificate's name when a known authority signed it, and only then", async (t) => {
  const known = selfSigned('relay.example');
  const server = selfSigned('mx.sekisho.example');
  const { gateway, port, messages } = await openTestGateway({
    names: ['submissions'],
    tls: createSecureContext({ ...server, ca: [known.cert] }),
    askClientCertificates: true,
    directory: {
      domainOf: () => null,
      recipient: () => 'unknown',
      trusted: (_, name) => (name === 'relay.example' ? [{ tenant: TENANT_A, relayName: null }] : []),
    },
  });
  t.after(() => void gateway.close());
  for (const [certificate, code] of [
    [known, '250 2.1.0'],
    [selfSigned('relay.example'), '550 5.7.1'],
    [{}, '550 5.7.1'],
  ] as const) {
    const client = new TestClient(connect({ port, host: '127.0.0.1', rejectUnauthorized: false, ...certificate }));
    t.after(() => client.close());
    await client.reply();
    assert.deepEqual(await client.codes('EHLO c', 'MAIL FROM:<x@c.example>'), ['250', code]);
    if (code === '250 2.1.0') await client.codes('RCPT TO:<x@foreign.example>', 'DATA', '.');
  }
  assert.deepEqual(
    messages.map(({ envelope }) => envelope.client.tls?.peerName),
    ['relay.example'],
  );
});
