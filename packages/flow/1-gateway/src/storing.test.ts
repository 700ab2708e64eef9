import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Envelope, formatSpoolId } from '@sekisho/terms';
import type { GatewayLimits } from './limits.ts';
import type { AcceptPort } from './ports.ts';
import { codeOf, memoryAccept, openTestGateway, TestClient } from './testing.ts';

const MIB = 1024 * 1024;
const TO_DATA = ['MAIL FROM:<>', 'RCPT TO:<taro@a.example>', 'DATA'];
const line = `${'x'.repeat(1022)}\r\n`;

async function dialTo(t: { after(done: () => void): void }, accept: AcceptPort, limits: Partial<GatewayLimits> = {}) {
  const opened = await openTestGateway({ accept, limits });
  const client = await TestClient.dial(opened.port);
  t.after(() => client.close());
  t.after(() => void opened.gateway.close());
  await client.say('EHLO c');
  return { ...opened, client };
}

test('250 waits for the accept port', async (t) => {
  let store: (() => void) | undefined;
  const accept = memoryAccept({
    append: () => new Promise((resolve) => (store = () => resolve({ spoolId: formatSpoolId(0, 1, 64) }))),
  });
  const { client } = await dialTo(t, accept);
  await client.codes(...TO_DATA);
  client.send('x\r\n.\r\nNOOP\r\n');
  await new Promise((go) => setTimeout(go, 30));
  assert.equal(client.replies.at(-1)!.code, 354);
  store!();
  assert.equal(codeOf(await client.reply()), '250 2.0.0');
  assert.equal(codeOf(await client.reply()), '250 2.0.0');
});

test('a full disk is told at MAIL and before DATA', async (t) => {
  let room = 1000;
  const accept = memoryAccept({ hasRoom: (octets) => octets <= room });
  const { client } = await dialTo(t, accept);
  assert.deepEqual(await client.codes('MAIL FROM:<> SIZE=1001', 'MAIL FROM:<> SIZE=1000', 'RCPT TO:<taro@a.example>'), [
    '452 4.3.1',
    '250 2.1.0',
    '250 2.1.5',
  ]);
  room = 0;
  assert.deepEqual(await client.codes('DATA', 'NOOP'), ['452 4.3.1', '250 2.0.0']);
});

test('a message that cannot be stored is answered 451 and the next one is tried again', async (t) => {
  let fails = true;
  const kept = memoryAccept();
  const accept = memoryAccept({
    append: async (envelope: Envelope, body) => {
      if (fails) throw new Error('disk is full');
      return kept.append(envelope, body);
    },
  });
  const { client } = await dialTo(t, accept);
  assert.deepEqual(await client.codes(...TO_DATA, 'x\r\n.'), ['250 2.1.0', '250 2.1.5', '354', '451 4.3.0']);
  fails = false;
  assert.deepEqual(await client.codes(...TO_DATA, 'x\r\n.'), ['250 2.1.0', '250 2.1.5', '354', '250 2.0.0']);
});

test('an accept port that throws at once is answered 451', async (t) => {
  const accept = memoryAccept({
    append: () => {
      throw new TypeError('a bug');
    },
  });
  const { client } = await dialTo(t, accept);
  assert.deepEqual(await client.codes(...TO_DATA, 'x\r\n.'), ['250 2.1.0', '250 2.1.5', '354', '451 4.3.0']);
});

test('a body of exactly 1 MiB stays in memory, one octet more is streamed', async (t) => {
  const accept = memoryAccept();
  const { client } = await dialTo(t, accept);
  const body = `A: b\r\n\r\n${line.repeat(1023)}${'x'.repeat(1014)}\r\n`;
  assert.equal(body.length, MIB);
  await client.codes(...TO_DATA);
  assert.equal(codeOf(await client.say(`${body}.`)), '250 2.0.0');
  await client.codes(...TO_DATA);
  assert.equal(codeOf(await client.say(`${body.slice(0, -2)}y\r\n.`)), '250 2.0.0');
  assert.deepEqual(
    accept.messages.map(({ way, raw }) => [way, raw.length]),
    [
      ['append', MIB],
      ['large', MIB + 1],
    ],
  );
});

test('a large body is streamed octet for octet', async (t) => {
  const accept = memoryAccept();
  const { client } = await dialTo(t, accept);
  const body = `A: b\r\n\r\n${`.${line}`.repeat(5000)}`;
  await client.codes(...TO_DATA);
  assert.equal(codeOf(await client.say(`${body.replaceAll('\r\n.', '\r\n..')}.`)), '250 2.0.0');
  assert.equal(accept.messages[0]!.way, 'large');
  assert.ok(accept.messages[0]!.raw.equals(Buffer.from(body)));
});

test('a stream that is slow holds the sender up', async (t) => {
  let written = 0;
  let go: (() => void) | undefined;
  const accept = memoryAccept({
    openLargeBody: () => ({
      write: (chunk) => {
        written += chunk.length;
        return new Promise((resolve) => (go = resolve));
      },
      finish: async () => ({ spoolId: formatSpoolId(0, 1, 64) }),
      abandon: () => undefined,
    }),
  });
  const { client } = await dialTo(t, accept);
  await client.codes(...TO_DATA);
  client.send(`A: b\r\n\r\n${line.repeat(30_000)}.\r\n`);
  await new Promise((later) => setTimeout(later, 200));
  assert.ok(written < 2 * MIB, `${written} octets in memory`);
  assert.ok(client.socket.writableLength > 0, 'the sender waits');
  const timer = setInterval(() => go?.(), 0);
  t.after(() => clearInterval(timer));
  assert.equal(codeOf(await client.reply()), '250 2.0.0');
});

test('a stream that fails is given up, and the message is answered 451 at its end', async (t) => {
  let abandoned = 0;
  const accept = memoryAccept({
    openLargeBody: () => ({
      write: async () => {
        throw new Error('disk is full');
      },
      finish: async () => assert.fail('finished'),
      abandon: () => void abandoned++,
    }),
  });
  const { client } = await dialTo(t, accept);
  await client.codes(...TO_DATA);
  assert.equal(codeOf(await client.say(`A: b\r\n\r\n${line.repeat(3000)}.`)), '451 4.3.0');
  assert.equal(abandoned, 1);
});

for (const [name, last, code] of [
  ['a bare LF', 'x\ny', '554 5.6.0'],
  ['too many octets', line.repeat(1200), '552 5.3.4'],
] as const) {
  test(`a stream is given up when ${name} comes late`, async (t) => {
    let abandoned = 0;
    const kept = memoryAccept();
    const accept = memoryAccept({
      openLargeBody: () => ({
        write: async () => undefined,
        finish: async () => assert.fail('finished'),
        abandon: () => void abandoned++,
      }),
    });
    const { client } = await dialTo(t, accept, { messageOctets: 3 * MIB });
    await client.codes(...TO_DATA);
    assert.equal(codeOf(await client.say(`A: b\r\n\r\n${line.repeat(2000)}${last}\r\n.`)), code);
    assert.equal(abandoned, 1);
    assert.deepEqual(kept.messages, []);
  });
}

test('a client that vanishes in the midst of a stream leaves nothing behind', async (t) => {
  let abandoned = 0;
  const accept = memoryAccept({
    openLargeBody: () => ({
      write: () => new Promise((resolve) => setTimeout(resolve, 5)),
      finish: async () => assert.fail('finished'),
      abandon: () => void abandoned++,
    }),
  });
  const { client, gateway } = await dialTo(t, accept);
  await client.codes(...TO_DATA);
  client.send(`A: b\r\n\r\n${line.repeat(3000)}`);
  await new Promise((go) => setTimeout(go, 50));
  client.close();
  for (let n = 0; n < 100 && (abandoned === 0 || gateway.sessions > 0); n++)
    await new Promise((go) => setTimeout(go, 10));
  assert.deepEqual([abandoned, gateway.sessions], [1, 0]);
});

test('bodies are streamed early when memory is short', async (t) => {
  const accept = memoryAccept();
  const { client } = await dialTo(t, accept, { collectedTotalOctets: 50_000 });
  await client.codes(...TO_DATA);
  client.send(`A: b\r\n\r\n${line.repeat(80)}`);
  await new Promise((go) => setTimeout(go, 30));
  client.send(`${line.repeat(60)}.\r\n`);
  assert.equal(codeOf(await client.reply()), '250 2.0.0');
  assert.equal(accept.messages[0]!.way, 'large');
});

test('a header section that does not end within memory is refused', async (t) => {
  const accept = memoryAccept();
  const { client } = await dialTo(t, accept);
  await client.codes(...TO_DATA);
  assert.equal(codeOf(await client.say(`${`X: ${line}`.repeat(2000)}.`)), '552 5.3.4');
  assert.deepEqual(accept.messages, []);
});
