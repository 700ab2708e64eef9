import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { test } from 'node:test';
import { fakeClock } from '@sekisho/ports/testing';
import { type GatewayLimits, gatewayLimits } from './limits.ts';
import { codeOf, openTestGateway, TestClient } from './testing.ts';

interface Cleanup {
  after(done: () => void): void;
}

async function dialWith(t: Cleanup, limits: Partial<GatewayLimits>, ...lines: string[]) {
  const clock = fakeClock();
  const opened = await openTestGateway({ limits, clock });
  const client = await TestClient.dial(opened.port);
  t.after(() => client.close());
  t.after(() => void opened.gateway.close());
  await client.codes('EHLO c', ...lines);
  return { ...opened, clock, client };
}

const TO_DATA = ['MAIL FROM:<>', 'RCPT TO:<taro@a.example>', 'DATA'];

test('a message announced over the limit is refused at MAIL (RFC 1870 §6.1)', async (t) => {
  const { client } = await dialWith(t, { messageOctets: 1000 });
  assert.deepEqual(await client.codes('MAIL FROM:<> SIZE=1001', 'MAIL FROM:<> SIZE=1000'), ['552 5.3.4', '250 2.1.0']);
});

test('a message over the limit is read to its end, refused, and not kept', async (t) => {
  const { client, messages } = await dialWith(t, { messageOctets: 1000 }, ...TO_DATA);
  client.send(`${'x'.repeat(999)}\r\n.\r\nNOOP\r\n`);
  assert.deepEqual([codeOf(await client.reply()), codeOf(await client.reply())], ['552 5.3.4', '250 2.0.0']);
  await client.codes(...TO_DATA);
  assert.equal(codeOf(await client.say(`${'x'.repeat(998)}\r\n.`)), '250 2.0.0');
  assert.equal(messages.length, 1);
});

test('recipients over the limit are put off, those before stay (RFC 5321 §4.5.3.1.10)', async (t) => {
  const { client, messages } = await dialWith(t, { recipients: 2 }, 'MAIL FROM:<>');
  assert.deepEqual(
    await client.codes(
      'RCPT TO:<taro@a.example>',
      'RCPT TO:<hanako@a.example>',
      'RCPT TO:<x@all.example>',
      'DATA',
      '.',
    ),
    ['250 2.1.5', '250 2.1.5', '452 4.5.3', '354', '250 2.0.0'],
  );
  assert.equal(messages[0]!.envelope.forwardPaths.length, 2);
});

test('a command line over the limit is refused and the session goes on', async (t) => {
  const { client } = await dialWith(t, { commandLineOctets: 600 });
  assert.deepEqual(await client.codes(`NOOP ${'x'.repeat(593)}`, `NOOP ${'x'.repeat(594)}`, 'NOOP'), [
    '250 2.0.0',
    '500 5.5.2',
    '250 2.0.0',
  ]);
});

test('a command line that ends in LF alone ends the session', async (t) => {
  const { client } = await dialWith(t, {});
  client.send('MAIL FROM:<>\nRCPT TO:<taro@a.example>\r\nNOOP\r\n');
  assert.deepEqual((await client.rest()).map(codeOf), ['500 5.5.2']);
});

test('a header section over the limit is refused', async (t) => {
  const { client } = await dialWith(t, { headerOctets: 2000 }, ...TO_DATA);
  const header = (octets: number) => `X: ${'x'.repeat(octets - 3)}`;
  assert.equal(codeOf(await client.say(`${header(1990)}\r\n\r\n${'y'.repeat(3000)}\r\n.`)), '250 2.0.0');
  await client.codes(...TO_DATA);
  assert.equal(codeOf(await client.say(`${header(2001)}\r\n\r\ny\r\n.`)), '552 5.3.4');
});

test('more than 100 Received fields are a loop (RFC 5321 §6.3)', async (t) => {
  const { client } = await dialWith(t, {}, ...TO_DATA);
  const message = (count: number) => `${'Received: from a\r\n\tby b; now\r\n'.repeat(count)}\r\nReceived: no\r\n.`;
  assert.equal(codeOf(await client.say(message(100))), '250 2.0.0');
  await client.codes(...TO_DATA);
  assert.equal(codeOf(await client.say(message(101))), '554 5.4.6');
});

test('too many errors end the session', async (t) => {
  const { client } = await dialWith(t, { errorsPerSession: 3 });
  client.send('X\r\nX\r\nX\r\nNOOP\r\n');
  assert.deepEqual((await client.rest()).map(codeOf), ['500 5.5.1', '500 5.5.1', '500 5.5.1', '421 4.7.0']);
});

test('commands that move no mail end the session when there are too many in a row', async (t) => {
  const { client } = await dialWith(t, { junkCommands: 5 });
  await client.codes('NOOP', 'RSET', ...TO_DATA, '.');
  client.send('NOOP\r\n'.repeat(7));
  assert.deepEqual((await client.rest()).map(codeOf), [...Array(5).fill('250 2.0.0'), '421 4.7.0']);
});

test('a client that says nothing is cut with 421', async (t) => {
  const { client, clock } = await dialWith(t, { commandDeadlineMs: 1000 });
  clock.advance(999);
  assert.equal(codeOf(await client.say('NOOP')), '250 2.0.0');
  clock.advance(1001);
  assert.deepEqual((await client.rest()).map(codeOf), ['421 4.4.2']);
});

test('half a command does not put the deadline off', async (t) => {
  const { client, clock } = await dialWith(t, { commandDeadlineMs: 1000 });
  for (const octet of 'NOO') {
    client.send(octet);
    clock.advance(400);
    await new Promise((go) => setTimeout(go, 5));
  }
  assert.deepEqual((await client.rest()).map(codeOf), ['421 4.4.2']);
});

test('a sender that stops in the midst of data is cut, and nothing of it is kept', async (t) => {
  const { client, clock, messages } = await dialWith(t, { dataIdleMs: 1000 }, ...TO_DATA);
  client.send('Subject: a\r\n');
  await new Promise((go) => setTimeout(go, 20));
  clock.advance(1001);
  assert.deepEqual((await client.rest()).map(codeOf), ['421 4.4.2']);
  assert.deepEqual(messages, []);
});

test('a sender that dribbles is cut by the deadline for the whole of the data', async (t) => {
  const { client, clock } = await dialWith(t, { dataIdleMs: 1000, dataDeadlineMs: 3000 }, ...TO_DATA);
  for (let n = 0; n < 4; n++) {
    client.send('x');
    await new Promise((go) => setTimeout(go, 5));
    clock.advance(900);
  }
  assert.deepEqual((await client.rest()).map(codeOf), ['421 4.4.2']);
});

test('a client that takes no replies is cut', async (t) => {
  const { client, clock, gateway } = await dialWith(t, { junkCommands: 10_000_000, replyDeadlineMs: 1000 });
  client.socket.pause();
  const flood = Buffer.from('EHLO c\r\n'.repeat(100_000));
  client.send(flood);
  for (let n = 0; n < 100 && gateway.sessions > 0; n++) {
    await new Promise((go) => setTimeout(go, 30));
    clock.advance(100);
  }
  assert.equal(gateway.sessions, 0);
});

test('connections over the limit of an address are answered 421', async (t) => {
  const { client, port, gateway } = await dialWith(t, { connectionsPerAddress: 2 });
  const second = await TestClient.dial(port);
  const third = await TestClient.dial(port);
  assert.deepEqual(
    third.replies.map((each) => each.code),
    [421],
  );
  second.close();
  while (gateway.sessions > 1) await new Promise((go) => setTimeout(go, 5));
  const fourth = await TestClient.dial(port);
  assert.deepEqual(
    fourth.replies.map((each) => each.code),
    [220],
  );
  for (const each of [client, third, fourth]) each.close();
});

test('connections over the limit of the gateway are answered 421', async (t) => {
  const { port } = await dialWith(t, { connections: 1 });
  const second = await TestClient.dial(port);
  assert.deepEqual(
    second.replies.map((each) => [each.code, each.enhanced]),
    [[421, '4.3.2']],
  );
  assert.deepEqual(await second.rest(), []);
});

test('bodies that fill the memory put DATA off', async (t) => {
  const { client, port } = await dialWith(t, { collectedTotalOctets: 1000 }, ...TO_DATA);
  client.send('x'.repeat(2000));
  await new Promise((go) => setTimeout(go, 20));
  const second = await TestClient.dial(port);
  t.after(() => second.close());
  await second.say('EHLO c');
  assert.deepEqual(await second.codes(...TO_DATA), ['250 2.1.0', '250 2.1.5', '452 4.3.1']);
  client.close();
  await new Promise((go) => setTimeout(go, 20));
  assert.deepEqual(await second.codes('DATA'), ['354']);
});

test('gatewayLimits() refuses limits that cannot be kept', () => {
  const refused: Partial<GatewayLimits>[] = [
    { messageOctets: 201 * 1024 * 1024 },
    { commandLineOctets: 511 },
    { headerOctets: 2 * 1024 * 1024 },
    { recipients: 0 },
    { dataIdleMs: Number.NaN },
  ];
  for (const limits of refused) assert.throws(() => gatewayLimits(limits), { id: 'gateway-limit' });
  assert.equal(gatewayLimits({ messageOctets: 200 * 1024 * 1024 }).recipients, 1000);
});

test('setLimits() holds for sessions that begin afterwards, SIZE and connections included', async (t) => {
  const { client, gateway, port } = await dialWith(t, { messageOctets: 2000 });
  const dial = async () => {
    const one = await TestClient.dial(port);
    t.after(() => one.close());
    return one;
  };
  gateway.setLimits({ messageOctets: 1000, connections: 2 });
  assert.equal((await client.codes('MAIL FROM:<> SIZE=1500'))[0], '250 2.1.0');
  const next = await dial();
  assert.match(await next.say('EHLO c'), /^SIZE 1000$/m);
  assert.deepEqual(await next.codes('MAIL FROM:<> SIZE=1500'), ['552 5.3.4']);
  assert.throws(() => gateway.setLimits({ messageOctets: 0 }), { id: 'gateway-limit' });
  const turnedAway = connect(port, '127.0.0.1');
  t.after(() => turnedAway.destroy());
  const [text] = (await once(turnedAway, 'data')) as [Buffer];
  assert.equal(codeOf(text.toString()), '421 4.3.2');
});

test('setLimits() leaves sessions that began before it to drain like the others', async (t) => {
  const { client, gateway } = await dialWith(t, {});
  gateway.setLimits({ recipients: 5 });
  const drained = gateway.drain(1000);
  assert.deepEqual((await client.rest()).map(codeOf), ['421 4.3.2']);
  await drained;
});
