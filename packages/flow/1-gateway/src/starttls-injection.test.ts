import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { connect, createSecureContext, type TLSSocket } from 'node:tls';
import { selfSigned } from '@sekisho/smtp/testing';
import { codeOf, openTestGateway, TestClient } from './testing.ts';

const context = createSecureContext(selfSigned('first.example'));
let opened: Awaited<ReturnType<typeof openTestGateway>>;
before(async () => {
  opened = await openTestGateway({ names: ['smtp', 'submissions'], tls: context });
});
after(() => opened.gateway.close());

async function upgrade(client: TestClient): Promise<string> {
  const socket = connect({ socket: client.socket, rejectUnauthorized: false });
  client.use(socket);
  await new Promise((resolve) => socket.once('secureConnect', resolve));
  return (socket as TLSSocket).getPeerCertificate().subject.CN as string;
}

test('STARTTLS secures the session, which begins anew (RFC 3207 §4.2)', async () => {
  const client = await TestClient.dial(opened.port);
  assert.match(await client.say('EHLO c'), /STARTTLS/);
  assert.deepEqual(await client.codes('MAIL FROM:<>', 'STARTTLS'), ['250 2.1.0', '220 2.0.0']);
  await upgrade(client);
  assert.deepEqual(await client.codes('RCPT TO:<taro@a.example>', 'MAIL FROM:<>'), ['503 5.5.1', '503 5.5.1']);
  assert.doesNotMatch(await client.say('EHLO c'), /STARTTLS/);
  assert.deepEqual(await client.codes('STARTTLS', 'MAIL FROM:<>', 'RCPT TO:<taro@a.example>', 'DATA', '.'), [
    '503 5.5.1',
    '250 2.1.0',
    '250 2.1.5',
    '354',
    '250 2.0.0',
  ]);
  const { protocol, tls } = opened.messages.at(-1)!.envelope.client;
  assert.equal(protocol, 'ESMTPS');
  assert.equal(tls?.version, 'TLSv1.3');
  client.close();
});

test('a command pipelined behind STARTTLS drops the connection', async () => {
  const client = await TestClient.dial(opened.port);
  await client.say('EHLO c');
  client.send('STARTTLS\r\nRSET\r\n');
  assert.deepEqual((await client.rest()).map(codeOf), ['554 5.5.1']);
});

test('a command in a segment of its own, before the handshake, is not obeyed inside TLS', async () => {
  const client = await TestClient.dial(opened.port);
  await client.codes('EHLO c', 'STARTTLS');
  client.send('EHLO injected\r\nMAIL FROM:<x@injected.example>\r\n');
  assert.deepEqual(await client.rest(), []);
  assert.ok(opened.log.events.some((each) => each.event === 'gateway.handshake-failed'));
});

test('half a command that came before STARTTLS does not become part of one inside TLS', async () => {
  const client = await TestClient.dial(opened.port);
  await client.say('EHLO c');
  client.send('STARTTLS\r\nNO');
  assert.deepEqual((await client.rest()).map(codeOf), ['554 5.5.1']);
});

test('STARTTLS with parameters is refused and the session goes on in the clear', async () => {
  const client = await TestClient.dial(opened.port);
  assert.deepEqual(await client.codes('EHLO c', 'STARTTLS now', 'NOOP'), ['250', '501 5.5.4', '250 2.0.0']);
  client.close();
});

test('STARTTLS is neither offered nor obeyed without a certificate', async () => {
  const plain = await openTestGateway();
  const client = await TestClient.dial(plain.port);
  assert.doesNotMatch(await client.say('EHLO c'), /STARTTLS/);
  assert.deepEqual(await client.codes('STARTTLS'), ['502 5.5.1']);
  client.close();
  await plain.gateway.close();
});

test('submissions speaks TLS from the first octet (RFC 8314)', async () => {
  const socket = connect({ port: opened.portOf('submissions'), host: '127.0.0.1', rejectUnauthorized: false });
  const client = new TestClient(socket);
  assert.equal(codeOf(await client.reply()), '220');
  assert.deepEqual(await client.codes('EHLO c', 'STARTTLS', 'QUIT'), ['250', '503 5.5.1', '221 2.0.0']);
});

test('a listener with TLS cannot be opened without a certificate', async () => {
  await assert.rejects(openTestGateway({ names: ['submissions'] }), { id: 'certificate-missing' });
});

test('setTls() changes the certificate for later handshakes and leaves open sessions alone', async () => {
  const old = await TestClient.dial(opened.port);
  await old.codes('EHLO c', 'STARTTLS');
  assert.equal(await upgrade(old), 'first.example');
  opened.gateway.setTls(createSecureContext(selfSigned('second.example')));
  const client = await TestClient.dial(opened.port);
  await client.codes('EHLO c', 'STARTTLS');
  assert.equal(await upgrade(client), 'second.example');
  assert.deepEqual(await old.codes('EHLO c', 'NOOP'), ['250', '250 2.0.0']);
  for (const each of [old, client]) each.close();
});
