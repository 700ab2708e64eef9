import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { selfSigned } from '@sekisho/smtp/testing';
import { SessionFailedError } from '../errors.ts';
import { openTestDelivery } from '../testing/loop-setup.ts';
import { openTestSession, testTransaction } from '../testing/client-setup.ts';
import { type Script, ScriptedServer } from '../testing.ts';
import { sendMessage } from './send.ts';
import { closeSession } from './session.ts';

const certificate = selfSigned('sink.example');
const other = selfSigned('other.example');
const secure: Script = { keywords: ['PIPELINING', 'STARTTLS'], certificate };

test('opportunistic TLS is used where it is offered, and that nobody vouched for it is recorded', async () => {
  await using server = await ScriptedServer.start(secure);
  const session = await openTestSession(server.port, { tls: 'opportunistic' });
  assert.match(session.tls, /^TLSv1\.3 TLS_\w+ unverified$/);
  await sendMessage(session, testTransaction());
  await closeSession(session);
  assert.equal(server.messages[0]!.isSecure, true);
  assert.equal(server.lines.filter((line) => line.startsWith('EHLO')).length, 2);
});

test('opportunistic TLS goes in the clear where none is offered', async () => {
  await using server = await ScriptedServer.start({ keywords: ['PIPELINING'] });
  const session = await openTestSession(server.port, { tls: 'opportunistic' });
  assert.equal(session.tls, 'clear');
  await closeSession(session);
});

test('required TLS goes on with a certificate that is trusted and bears the name of the host', async () => {
  await using server = await ScriptedServer.start(secure);
  const session = await openTestSession(server.port, { tls: 'required', trust: { ca: [certificate.cert] } });
  assert.match(session.tls, / verified$/);
  await closeSession(session);
});

const refused: [string, Script, readonly string[]][] = [
  ['where none is offered', { keywords: ['PIPELINING'] }, [certificate.cert]],
  [
    'where STARTTLS is refused',
    { ...secure, on: (l) => (l === 'STARTTLS' ? '454 no\r\n' : undefined) },
    [certificate.cert],
  ],
  ['to a certificate that nobody trusts', secure, [other.cert]],
  ['to a certificate of another name', { ...secure, certificate: other }, [other.cert]],
  ['where the handshake is broken off', { keywords: ['STARTTLS'] }, [certificate.cert]],
];

for (const [where, script, ca] of refused) {
  test(`required TLS sends nothing ${where}`, async () => {
    await using server = await ScriptedServer.start(script);
    await assert.rejects(openTestSession(server.port, { tls: 'required', trust: { ca } }), (error) => {
      assert.ok(error instanceof SessionFailedError);
      return error.stage === 'starttls';
    });
    assert.deepEqual(
      server.lines.filter((line) => line.startsWith('MAIL')),
      [],
    );
  });
}

test('delivery with required TLS never falls back to clear text', async () => {
  await using server = await ScriptedServer.start({ keywords: ['STARTTLS'] });
  await using t = await openTestDelivery();
  t.routeTo(server.port, { tls: 'required', host: 'sink.example' });
  await t.put('m1', ['a']);
  t.run();
  await t.until('it is deferred', async () => (await t.rows('m1'))[0]!.attempts === 1);
  assert.deepEqual([server.messages.length, server.connections], [0, 1]);
  assert.equal((await t.ask('history', { message: 'm1' }))[0]!.status, '4.7.5');
});

test('delivery with opportunistic TLS tries again in the clear when the handshake fails', async () => {
  await using server = await ScriptedServer.start({ keywords: ['STARTTLS'] });
  await using t = await openTestDelivery();
  t.routeTo(server.port, { tls: 'opportunistic', host: 'sink.example' });
  await t.put('m1', ['a']);
  t.run();
  await t.until('it is delivered', async () => (await t.states('m1'))[0] === 'delivered');
  assert.equal((await t.ask('history', { message: 'm1' }))[0]!.tls, 'clear');
});

for (const [how, injected] of [
  ['with the 220', '220 go\r\n250-evil.example\r\n250 SIZE 1\r\n'],
  ['half behind the 220', '220 go\r\n250 ev'],
] as const) {
  test(`starttls injection: octets in the clear ${how} end the session (CVE-2021-38542 and kin)`, async () => {
    await using server = await ScriptedServer.start({
      ...secure,
      on: (line) => (line === 'STARTTLS' ? injected : undefined),
    });
    for (const tls of ['opportunistic', 'required'] as const)
      await assert.rejects(
        openTestSession(server.port, { tls, trust: { ca: [certificate.cert] } }),
        SessionFailedError,
      );
    assert.equal(server.lines.filter((line) => line.startsWith('MAIL')).length, 0);
  });
}

test('starttls injection: octets in a segment of their own before the handshake end the session', async () => {
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.write('220 hi\r\n');
    socket.on('data', (chunk) => {
      const line = chunk.toString('latin1');
      if (line.startsWith('EHLO')) socket.write('250-hi\r\n250 STARTTLS\r\n');
      if (!line.startsWith('STARTTLS')) return;
      socket.write('220 go\r\n');
      setTimeout(() => socket.write('250 evil.example\r\n'), 5);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await assert.rejects(openTestSession(port, { tls: 'opportunistic' }), SessionFailedError);
  server.close();
});

const greetings: [string, Script][] = [
  ['refuses to greet', { greeting: '554 no service\r\n' }],
  ['greets with garbage', { greeting: 'hello\r\n' }],
  ['greets without end', { greeting: `220 ${'x'.repeat(100_000)}` }],
  ['greets with too many lines', { greeting: '220-x\r\n'.repeat(5000) }],
  ['refuses EHLO and HELO', { on: (line) => (/^(EHLO|HELO)/.test(line) ? '502 no\r\n' : undefined) }],
];

for (const [what, script] of greetings) {
  test(`openSession() gives up a server that ${what}`, async () => {
    await using server = await ScriptedServer.start(script);
    await assert.rejects(openTestSession(server.port), SessionFailedError);
  });
}

test('openSession() greets an old server with HELO', async () => {
  await using server = await ScriptedServer.start({
    on: (line) => (line.startsWith('EHLO') ? '500 what\r\n' : undefined),
  });
  const session = await openTestSession(server.port);
  const { answers } = await sendMessage(session, testTransaction());
  assert.equal(answers[0]!.kind === 'reply' && answers[0]!.reply.code, 250);
  assert.deepEqual(server.lines.slice(0, 3), [
    'EHLO relay.example',
    'HELO relay.example',
    'MAIL FROM:<hanako@example.jp>',
  ]);
  await closeSession(session);
});
