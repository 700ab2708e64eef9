import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { test } from 'node:test';
import { connect as connectTls, createSecureContext } from 'node:tls';
import { selfSigned } from '@sekisho/smtp/testing';
import type { GatewayOptions } from './gateway.ts';
import { codeOf, openTestGateway, TENANT_A, tableDirectory, TestClient } from './testing.ts';

const HEADER = Buffer.from('0d0a0d0a000d0a515549540a2111000cc0000207c0000202303900190000', 'hex').subarray(0, 28);

async function open(t: { after(done: () => void): void }, options: Parameters<typeof openTestGateway>[0]) {
  const directory = tableDirectory({
    domains: { 'a.example': { tenant: TENANT_A, recipientMode: 'accept-all', inspectBeforeReply: false } },
    trusted: { '192.0.2.7': [{ tenant: TENANT_A, relayName: null }] },
  });
  const opened = await openTestGateway({ directory, ...options });
  t.after(() => void opened.gateway.close());
  return opened;
}

function behindProxy(t: { after(done: () => void): void }, port: number): TestClient {
  const client = new TestClient(connect({ port, host: '127.0.0.1', noDelay: true }));
  t.after(() => client.close());
  return client;
}

const PROXIES: Partial<GatewayOptions> = { proxies: ['127.0.0.0/8'] };

test('a proxy names the client with PROXY v2, octet by octet', async (t) => {
  const { port, messages } = await open(t, PROXIES);
  const client = behindProxy(t, port);
  for (const octet of HEADER) {
    client.send(Buffer.from([octet]));
    await new Promise((go) => setTimeout(go, 1));
  }
  assert.equal(codeOf(await client.reply()), '220');
  await client.codes('EHLO c', 'MAIL FROM:<>', 'RCPT TO:<x@foreign.example>', 'DATA', '.');
  const { client: from, direction } = messages[0]!.envelope;
  assert.deepEqual([from.ip, from.port, direction], ['192.0.2.7', 12345, 'submission']);
});

test('octets that come with the PROXY header are obeyed', async (t) => {
  const { port } = await open(t, PROXIES);
  const client = behindProxy(t, port);
  client.send(Buffer.concat([HEADER, Buffer.from('EHLO c\r\nQUIT\r\n')]));
  assert.deepEqual((await client.rest()).map(codeOf), ['220', '250', '221 2.0.0']);
});

test('a PROXY header in front of TLS is read in the clear', async (t) => {
  const tls = createSecureContext(selfSigned('mx.sekisho.example'));
  const { port } = await open(t, { ...PROXIES, names: ['submissions'], tls });
  const plain = connect({ port, host: '127.0.0.1', noDelay: true });
  plain.write(HEADER);
  const client = new TestClient(connectTls({ socket: plain, rejectUnauthorized: false }));
  t.after(() => client.close());
  assert.equal(codeOf(await client.reply()), '220');
  assert.deepEqual(await client.codes('EHLO c', 'MAIL FROM:<>', 'RCPT TO:<x@foreign.example>'), [
    '250',
    '250 2.1.0',
    '250 2.1.5',
  ]);
});

for (const [name, octets] of Object.entries({
  'a client that speaks SMTP at once': Buffer.from('EHLO c\r\n'),
  'a header without end': Buffer.concat([HEADER.subarray(0, 14), Buffer.from([0xff, 0xff]), Buffer.alloc(100_000)]),
})) {
  test(`a proxy that brings ${name} is dropped`, async (t) => {
    const { port } = await open(t, PROXIES);
    const client = behindProxy(t, port);
    client.send(octets);
    assert.deepEqual(await client.rest(), []);
  });
}

test('a host that is no proxy cannot name another client', async (t) => {
  const { port, messages } = await open(t, { proxies: ['192.0.2.0/24'] });
  const client = behindProxy(t, port);
  client.send(Buffer.concat([HEADER, Buffer.from('\r\n')]));
  const replies = await client.rest();
  assert.ok(replies.slice(1).every((reply) => reply.startsWith('5')));
  assert.deepEqual(messages, []);
});

test('a known hop names the client with XCLIENT and the session begins anew', async (t) => {
  const { port, messages } = await open(t, { xclientHops: ['127.0.0.1'] });
  const client = await TestClient.dial(port);
  t.after(() => client.close());
  assert.match(await client.say('EHLO hop'), /XCLIENT NAME ADDR PORT PROTO HELO/);
  assert.deepEqual(
    await client.codes(
      'XCLIENT ADDR=192.0.2.7 PORT=77 HELO=client.example',
      'MAIL FROM:<>',
      'EHLO hop',
      'MAIL FROM:<>',
    ),
    ['220', '503 5.5.1', '250', '250 2.1.0'],
  );
  assert.deepEqual(await client.codes('XCLIENT ADDR=192.0.2.8', 'RCPT TO:<x@foreign.example>', 'DATA', '.'), [
    '503 5.5.1',
    '250 2.1.5',
    '354',
    '250 2.0.0',
  ]);
  const { ip, port: from, ehlo } = messages[0]!.envelope.client;
  assert.deepEqual([ip, from, ehlo], ['192.0.2.7', 77, 'client.example']);
});

test('XCLIENT is neither offered to others nor obeyed', async (t) => {
  const { port } = await open(t, {});
  const client = await TestClient.dial(port);
  t.after(() => client.close());
  assert.doesNotMatch(await client.say('EHLO c'), /XCLIENT/);
  assert.deepEqual(await client.codes('XCLIENT ADDR=192.0.2.7'), ['550 5.7.0']);
});
