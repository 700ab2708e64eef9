import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { smugglingTable } from '@sekisho/smtp/testing';
import { codeOf, openTestGateway, TestClient } from './testing.ts';

let opened: Awaited<ReturnType<typeof openTestGateway>>;
before(async () => {
  opened = await openTestGateway({ limits: { connectionsPerAddress: 1000 } });
});
after(() => opened.gateway.close());

const MAIL = 'MAIL FROM:<admin@a.example>\r\nRCPT TO:<hanako@a.example>\r\nDATA\r\nSubject: smuggled\r\n\r\nx\r\n.\r\n';

async function inData(): Promise<TestClient> {
  const client = await TestClient.dial(opened.port);
  await client.codes('EHLO c', 'MAIL FROM:<x@c.example>', 'RCPT TO:<taro@a.example>', 'DATA');
  return client;
}

/** Sends two pieces in two segments; the gateway has read the first before the second leaves. */
async function sendSplit(client: TestClient, octets: Buffer, at: number): Promise<void> {
  client.send(octets.subarray(0, at));
  if (at > 0 && at < octets.length) await new Promise((go) => setTimeout(go, 2));
  client.send(octets.subarray(at));
}

const hasFalseLineEnd = (text: string) => /\r(?!\n)|(?<!\r)\n|\0/.test(text);

for (const { name, octets, isEnd } of smugglingTable()) {
  test(`${name} ends data only where CRLF.CRLF stands, and bare octets are refused`, async () => {
    const sequence = octets.toString('latin1');
    const isRefused = hasFalseLineEnd(isEnd ? `a${sequence.slice(0, sequence.indexOf('.'))}` : `a${sequence}M`);
    const head = Buffer.from('Subject: a\r\n\r\na');
    const whole = Buffer.concat([head, octets, Buffer.from(`${MAIL}QUIT\r\n`)]);
    await Promise.all(
      Array.from({ length: octets.length + 1 }, async (_, at) => {
        const client = await inData();
        await sendSplit(client, whole, head.length + at);
        const replies = (await client.rest()).map(codeOf);
        client.close();
        const [first] = replies;
        assert.equal(first, isRefused ? '554 5.6.0' : '250 2.0.0', `split at ${at}: ${replies}`);
        if (isRefused) assert.equal(replies.length, 1, 'nothing behind refused data is obeyed');
      }),
    );
    const kept = opened.messages.splice(0).map((each) => each.raw.toString('latin1'));
    if (isRefused) assert.deepEqual(kept, []);
    for (const raw of kept) assert.ok(!hasFalseLineEnd(raw));
    const smuggled = kept.filter((raw) => raw.startsWith('Subject: smuggled'));
    assert.equal(smuggled.length, isEnd && !isRefused && sequence.endsWith('.\r\n') ? octets.length + 1 : 0);
  });
}

test('a dot at every boundary of chunks neither ends data nor gets lost', async () => {
  const body = 'Subject: a\r\n\r\n..a\r\n...\r\n.. \r\na.\r\n.b\r\n';
  const wire = Buffer.from(`${body}.\r\n`);
  for (let at = 0; at <= wire.length; at++) {
    const client = await inData();
    await sendSplit(client, wire, at);
    assert.equal(codeOf(await client.reply()), '250 2.0.0');
    assert.equal(opened.messages.pop()!.raw.toString(), body.replace(/\r\n\./g, '\r\n'));
    client.close();
  }
});

test('the last reply reaches a client that goes on sending behind refused data', async () => {
  const client = await inData();
  client.send(Buffer.concat([Buffer.from('a\nb\r\n.\r\n'), Buffer.alloc(2_000_000, 'x')]));
  assert.deepEqual((await client.rest()).map(codeOf), ['554 5.6.0']);
  client.close();
});
