import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RecipientAnswer } from './ports.ts';
import { openTestGateway, TENANT_A, TENANT_B, tableDirectory, TestClient } from './testing.ts';

type Asked = (localPart: string) => RecipientAnswer | Promise<RecipientAnswer>;

async function dialAsking(t: { after(done: () => void): void }, ask: Asked, lookupDeadlineMs = 1000) {
  const directory = tableDirectory({
    domains: {
      'ask.example': { tenant: TENANT_A, recipientMode: 'ask', inspectBeforeReply: false },
      'all.example': { tenant: TENANT_A, recipientMode: 'accept-all', inspectBeforeReply: false },
      'b.example': { tenant: TENANT_B, recipientMode: 'accept-all', inspectBeforeReply: false },
    },
    recipient: (address) => ask(address.localPart),
  });
  const opened = await openTestGateway({ directory, limits: { lookupDeadlineMs } });
  const client = await TestClient.dial(opened.port);
  t.after(() => client.close());
  t.after(() => void opened.gateway.close());
  await client.codes('EHLO c', 'MAIL FROM:<>');
  return { ...opened, client };
}

test('in mode accept-all nobody is asked', async (t) => {
  const { client } = await dialAsking(t, () => assert.fail('asked'));
  assert.deepEqual(await client.codes('RCPT TO:<anybody@all.example>'), ['250 2.1.5']);
});

test('in mode ask the answer may come later', async (t) => {
  const { client } = await dialAsking(t, async (name) => (name === 'taro' ? 'known' : 'unknown'));
  assert.deepEqual(await client.codes('RCPT TO:<taro@ask.example>', 'RCPT TO:<x@ask.example>'), [
    '250 2.1.5',
    '550 5.1.1',
  ]);
});

test('an outage of the directory is no verdict on the recipient', async (t) => {
  const { client, log } = await dialAsking(t, async (name): Promise<RecipientAnswer> => {
    if (name === 'taro') throw new Error('next hop is away');
    return 'ask-later';
  });
  assert.deepEqual(await client.codes('RCPT TO:<taro@ask.example>', 'RCPT TO:<x@ask.example>', 'NOOP'), [
    '451 4.4.3',
    '451 4.4.3',
    '250 2.0.0',
  ]);
  assert.ok(log.events.some((each) => each.event === 'gateway.failed'));
});

test('a directory that never answers costs the deadline and no more', async (t) => {
  const { client } = await dialAsking(t, () => new Promise(() => undefined), 20);
  assert.deepEqual(await client.codes('RCPT TO:<taro@ask.example>', 'NOOP'), ['451 4.4.3', '250 2.0.0']);
});

test('a directory that throws is answered 451, and the session goes on', async (t) => {
  const { client } = await dialAsking(t, () => {
    throw new TypeError('a bug');
  });
  assert.deepEqual(await client.codes('RCPT TO:<taro@ask.example>', 'NOOP'), ['451 4.3.0', '250 2.0.0']);
});

test('a directory that fails altogether ends no process', async (t) => {
  const fails = () => {
    throw new Error('directory is away');
  };
  const opened = await openTestGateway({ directory: { domainOf: fails, recipient: fails, trusted: fails } });
  t.after(() => void opened.gateway.close());
  const client = await TestClient.dial(opened.port);
  assert.deepEqual(await client.codes('EHLO c', 'MAIL FROM:<>', 'NOOP', 'QUIT'), [
    '250',
    '451 4.3.0',
    '250 2.0.0',
    '221 2.0.0',
  ]);
});

test('a recipient of another tenant is put off to a transaction of its own', async (t) => {
  const { client, messages } = await dialAsking(t, () => 'known');
  assert.deepEqual(
    await client.codes('RCPT TO:<x@all.example>', 'RCPT TO:<y@b.example>', 'RCPT TO:<z@ask.example>', 'DATA', '.'),
    ['250 2.1.5', '452 4.5.3', '250 2.1.5', '354', '250 2.0.0'],
  );
  assert.deepEqual(
    messages[0]!.envelope.forwardPaths.map((path) => path.address.domain),
    ['all.example', 'ask.example'],
  );
});

test('pipelined replies keep the order of commands while recipients are looked up', async (t) => {
  const { client } = await dialAsking(t, async (name) => {
    await new Promise((go) => setTimeout(go, name === 'slow' ? 30 : 1));
    return name === 'x' ? 'unknown' : 'known';
  });
  client.send('RCPT TO:<slow@ask.example>\r\nRCPT TO:<x@ask.example>\r\nNOOP\r\nRCPT TO:<y@ask.example>\r\nDATA\r\n');
  const codes: number[] = [];
  for (let n = 0; n < 5; n++) codes.push(Number((await client.reply()).slice(0, 3)));
  assert.deepEqual(codes, [250, 550, 250, 250, 354]);
});

test('replies to commands of one segment are written together (RFC 2920 §3.2)', async (t) => {
  const { client } = await dialAsking(t, () => 'known');
  const segments: string[] = [];
  client.socket.on('data', (chunk: Buffer) => segments.push(chunk.toString()));
  client.send('RSET\r\nMAIL FROM:<>\r\nRCPT TO:<a@all.example>\r\nRCPT TO:<b@all.example>\r\nDATA\r\n');
  for (let n = 0; n < 5; n++) await client.reply();
  assert.equal(segments.length, 1);
});
