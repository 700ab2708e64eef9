import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { openTestGateway, TestClient } from './testing.ts';

const SESSIONS = 400;
/** What one session with the largest legal unfinished input may cost, beside its socket's and its client's own share. */
const OCTETS_EACH = 16 * 1024;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function memory(): number {
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

for (const [name, opening, dribble, rounds] of [
  ['a command line without end', '', Buffer.alloc(1000, 'x'), 40],
  ['a command line just under its limit', '', Buffer.alloc(2000, 'x'), 1],
  [
    'message data, an octet at a time',
    'EHLO c\r\nMAIL FROM:<>\r\nRCPT TO:<taro@a.example>\r\nDATA\r\n',
    Buffer.from('y'),
    200,
  ],
  [
    'message data of dots',
    'EHLO c\r\nMAIL FROM:<>\r\nRCPT TO:<taro@a.example>\r\nDATA\r\n',
    Buffer.from('..\r\n'.repeat(100)),
    10,
  ],
] as const) {
  test(`memory stays bounded with ${SESSIONS} sessions in the midst of ${name}`, async (t) => {
    const { gateway, port } = await openTestGateway({ limits: { connectionsPerAddress: SESSIONS } });
    const clients = await Promise.all(Array.from({ length: SESSIONS }, () => TestClient.dial(port)));
    t.after(() => {
      for (const client of clients) client.close();
      return gateway.close();
    });
    for (const client of clients) client.send(opening);
    await new Promise((go) => setTimeout(go, 50));
    const before = memory();
    for (let round = 0; round < rounds; round++) {
      for (const client of clients) client.send(dribble);
      await new Promise((go) => setImmediate(go));
    }
    // What is only in flight, or freed in the background, goes away within moments; what a session holds does not.
    let grown = Number.POSITIVE_INFINITY;
    for (let tries = 0; tries < 30 && grown >= OCTETS_EACH; tries++) {
      await new Promise((go) => setTimeout(go, 100));
      grown = (memory() - before) / SESSIONS;
    }
    assert.equal(gateway.sessions, SESSIONS);
    assert.ok(grown < OCTETS_EACH, `${Math.round(grown)} octets for each session`);
  });
}

test('a pipelining client that outruns us is held up', async () => {
  let answer: (() => void) | undefined;
  const { gateway, port } = await openTestGateway({
    directory: {
      domainOf: () => ({ tenant: 'tenantaaaaaa' as never, recipientMode: 'ask', inspectBeforeReply: false }),
      recipient: () => new Promise((resolve) => (answer = () => resolve('known'))),
      trusted: () => [],
    },
    limits: { junkCommands: 1_000_000 },
  });
  const client = await TestClient.dial(port);
  client.send('EHLO c\r\nMAIL FROM:<>\r\nRCPT TO:<x@a.example>\r\n');
  client.send(Buffer.from('NOOP\r\n'.repeat(2_000_000)));
  await new Promise((go) => setTimeout(go, 100));
  assert.ok(client.socket.writableLength > 4_000_000, 'most of it waits at the client');
  answer!();
  while (client.replies.length < 100_000) await new Promise((go) => setTimeout(go, 5));
  client.close();
  await gateway.close();
});
