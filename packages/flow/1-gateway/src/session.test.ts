import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { codeOf, openTestGateway, TENANT_A, TestClient } from './testing.ts';

let opened: Awaited<ReturnType<typeof openTestGateway>>;
before(async () => {
  opened = await openTestGateway({
    limits: { errorsPerSession: 1000 },
    postmaster: { localPart: 'hanako', domain: 'a.example' },
  });
});
after(() => opened.gateway.close());

async function dial(t: { after(done: () => void): void }, ...lines: string[]): Promise<TestClient> {
  const client = await TestClient.dial(opened.port);
  t.after(() => client.close());
  for (const line of lines) await client.say(line);
  return client;
}

test('a message travels from EHLO to 250, which names it', async (t) => {
  const client = await dial(t);
  assert.match(await client.say('EHLO client.example'), /^250 mx\.sekisho\.example\nPIPELINING\nSIZE 52428800\n/);
  assert.deepEqual(await client.codes('MAIL FROM:<x@client.example>', 'RCPT TO:<Taro@A.example>', 'DATA'), [
    '250 2.1.0',
    '250 2.1.5',
    '354',
  ]);
  assert.match(await client.say('Subject: a\r\n\r\n..b\r\n.'), /^250 2\.0\.0 Accepted as [0-9a-z]{15}$/);
  const { envelope, raw } = opened.messages.at(-1)!;
  assert.equal(raw.toString(), 'Subject: a\r\n\r\n.b\r\n');
  assert.equal(envelope.tenant, TENANT_A);
  assert.equal(envelope.direction, 'reception');
  assert.deepEqual(envelope.reversePath, { localPart: 'x', domain: 'client.example' });
  assert.deepEqual(envelope.forwardPaths, [{ address: { localPart: 'Taro', domain: 'a.example' } }]);
  assert.deepEqual(
    { ...envelope.client, port: 0 },
    { ip: '127.0.0.1', port: 0, ehlo: 'client.example', protocol: 'ESMTP', listener: 'smtp' },
  );
  assert.match(await client.say('QUIT'), /^221 2\.0\.0/);
  assert.deepEqual(await client.rest(), []);
});

test('EHLO offers what is there and nothing else', async (t) => {
  const client = await dial(t);
  assert.deepEqual((await client.say('EHLO client.example')).split('\n').slice(1), [
    'PIPELINING',
    'SIZE 52428800',
    'ENHANCEDSTATUSCODES',
    '8BITMIME',
    'DSN',
    'SMTPUTF8',
  ]);
});

test('parameters of MAIL and RCPT reach the envelope (RFC 1870, 3461, 6152, 6531)', async (t) => {
  const client = await dial(t, 'EHLO client.example');
  assert.deepEqual(
    await client.codes(
      'MAIL FROM:<差出@client.example> SIZE=100 BODY=8BITMIME SMTPUTF8 RET=HDRS ENVID=Q1',
      'RCPT TO:<taro@a.example> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;old@a.example',
      'DATA',
      '\r\n.',
    ),
    ['250 2.1.0', '250 2.1.5', '354', '250 2.0.0'],
  );
  const { envelope } = opened.messages.at(-1)!;
  assert.deepEqual(
    [envelope.smtpUtf8, envelope.body, envelope.dsn, envelope.client.protocol],
    [true, '8bitmime', { ret: 'hdrs', envelopeId: 'Q1' }, 'UTF8SMTP'],
  );
  assert.deepEqual(envelope.forwardPaths[0], {
    address: { localPart: 'taro', domain: 'a.example' },
    notify: ['success', 'failure'],
    originalRecipient: 'rfc822;old@a.example',
  });
});

test('a recipient named twice is one forward-path', async (t) => {
  const client = await dial(t, 'EHLO c', 'MAIL FROM:<>', 'RCPT TO:<taro@a.example>', 'RCPT TO:<TARO@a.example>');
  await client.codes('RCPT TO:<hanako@a.example>', 'RCPT TO:<hanako@a.example>', 'DATA', '.');
  assert.equal(opened.messages.at(-1)!.envelope.forwardPaths.length, 2);
});

test('<Postmaster> without a domain goes where the installation says (RFC 5321 §4.5.1)', async (t) => {
  const client = await dial(t, 'EHLO c', 'MAIL FROM:<>');
  assert.deepEqual(await client.codes('RCPT TO:<Postmaster>', 'DATA', '.'), ['250 2.1.5', '354', '250 2.0.0']);
  assert.equal(opened.messages.at(-1)!.envelope.forwardPaths[0]!.address.localPart, 'hanako');
});

test('HELO opens a session without extensions', async (t) => {
  const client = await dial(t);
  assert.equal(await client.say('HELO client.example'), '250 mx.sekisho.example');
  assert.deepEqual(await client.codes('MAIL FROM:<x@c.example> SIZE=1', 'MAIL FROM:<x@c.example>'), [
    '555 5.5.4',
    '250 2.1.0',
  ]);
  assert.deepEqual(
    await client.codes('RCPT TO:<taro@a.example> NOTIFY=NEVER', 'RCPT TO:<taro@a.example>', 'DATA', '.'),
    ['555 5.5.4', '250 2.1.5', '354', '250 2.0.0'],
  );
  assert.equal(opened.messages.at(-1)!.envelope.client.protocol, 'SMTP');
});

test('commands out of order are refused and change nothing', async (t) => {
  const client = await dial(t);
  assert.deepEqual(await client.codes('MAIL FROM:<>', 'RCPT TO:<taro@a.example>', 'DATA'), Array(3).fill('503 5.5.1'));
  await client.say('EHLO c');
  assert.deepEqual(await client.codes('RCPT TO:<taro@a.example>', 'DATA', 'MAIL FROM:<>', 'MAIL FROM:<>', 'DATA'), [
    '503 5.5.1',
    '503 5.5.1',
    '250 2.1.0',
    '503 5.5.1',
    '554 5.5.1',
  ]);
  assert.deepEqual(await client.codes('RCPT TO:<taro@a.example>', 'DATA', '.'), ['250 2.1.5', '354', '250 2.0.0']);
});

test('RSET and EHLO give a transaction up', async (t) => {
  const client = await dial(t, 'EHLO c', 'MAIL FROM:<>', 'RCPT TO:<taro@a.example>');
  assert.deepEqual(await client.codes('RSET', 'DATA', 'MAIL FROM:<>', 'EHLO c', 'RCPT TO:<taro@a.example>'), [
    '250 2.0.0',
    '503 5.5.1',
    '250 2.1.0',
    '250',
    '503 5.5.1',
  ]);
});

test('VRFY says the same of every address, EXPN and AUTH are not there', async (t) => {
  const client = await dial(t, 'EHLO c');
  assert.deepEqual(await client.codes('VRFY taro', 'VRFY nobody', 'EXPN all', 'AUTH PLAIN', 'HELP', 'NOOP x', 'XYZ'), [
    '252 2.5.0',
    '252 2.5.0',
    '502 5.5.1',
    '502 5.5.1',
    '214 2.0.0',
    '250 2.0.0',
    '500 5.5.1',
  ]);
});

test('BDAT ends the session, since nobody can tell its octets from commands', async (t) => {
  const client = await dial(t, 'EHLO c');
  client.send('BDAT 10 LAST\r\nNOOP\r\nNOOP\r\n');
  assert.deepEqual((await client.rest()).map(codeOf), ['502 5.5.1']);
});

test('a request of HTTP ends the session', async (t) => {
  const client = await dial(t);
  client.send('POST / HTTP/1.1\r\nHost: x\r\n\r\nEHLO c\r\nMAIL FROM:<>\r\n');
  assert.deepEqual((await client.rest()).map(codeOf), ['500 5.5.1']);
});

test('text that follows a refused DATA is not obeyed', async (t) => {
  const client = await dial(t, 'EHLO c', 'MAIL FROM:<>');
  client.send('RCPT TO:<nobody@a.example>\r\nDATA\r\nRSET\r\nMAIL FROM:<x@c.example>\r\n.\r\n');
  assert.deepEqual((await client.rest()).map(codeOf), ['550 5.1.1', '554 5.5.1']);
});

test('an address beyond ASCII needs SMTPUTF8', async (t) => {
  const client = await dial(t, 'EHLO c');
  assert.deepEqual(await client.codes('MAIL FROM:<太郎@c.example>', 'MAIL FROM:<>', 'RCPT TO:<太郎@a.example>'), [
    '553 5.6.7',
    '250 2.1.0',
    '553 5.6.7',
  ]);
});

test('a client that closes its side early still gets its replies', async () => {
  const client = await TestClient.dial(opened.port);
  client.socket.end('EHLO c\r\nMAIL FROM:<>\r\nRCPT TO:<taro@a.example>\r\nDATA\r\nx\r\n.\r\n');
  assert.deepEqual((await client.rest()).map(codeOf), ['250', '250 2.1.0', '250 2.1.5', '354', '250 2.0.0']);
});

test('metrics count sessions, messages and refusals', () => {
  const names = new Set(opened.meter.snapshot().map((series) => series.name));
  for (const name of ['sessions_total', 'messages_total', 'refusals_total', 'accept_seconds', 'session_seconds'])
    assert.ok(names.has(`sekisho_smtp_${name}`), name);
});
