import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import {
  codeOf,
  type KeptMessage,
  memoryAccept,
  openTestGateway,
  TENANT_A,
  TENANT_B,
  tableDirectory,
  TestClient,
} from './testing.ts';

/** What a client may say in one step: a line, or a message with its end of data. */
const STEPS = [
  'EHLO c.example',
  'HELO c.example',
  'EHLO',
  'MAIL FROM:<x@c.example>',
  'MAIL FROM:<> SIZE=10 BODY=8BITMIME',
  'MAIL FROM:<> SIZE=99999999999',
  'MAIL FROM:<x@',
  'RCPT TO:<taro@a.example>',
  'RCPT TO:<slow@ask.example>',
  'RCPT TO:<nobody@ask.example>',
  'RCPT TO:<jiro@b.example>',
  'RCPT TO:<x@foreign.example>',
  'RCPT TO:<',
  'RSET',
  'RSET now',
  'NOOP',
  'VRFY x',
  'HELP',
  'AUTH PLAIN',
  'STARTTLS',
  'XCLIENT ADDR=192.0.2.1',
  '',
  ' ',
  'DATA now',
  'QUIT now',
  '\x01\x02',
  `NOOP ${'x'.repeat(3000)}`,
] as const;

/** Replies that a step may get, by its first word; 421 may come to any. */
const LEGAL: Readonly<Record<string, RegExp>> = {
  EHLO: /^(250|50[01])$/,
  HELO: /^(250|50[01])$/,
  MAIL: /^(250|45[12]|50[013]|55[0235])$/,
  RCPT: /^(250|45[012]|50[013]|55[0135])$/,
  DATA: /^(354|45[12]|50[013]|554)$/,
  message: /^(250|45[12]|55[0245])$/,
  RSET: /^(250|50[01])$/,
  NOOP: /^(250|50[01])$/,
  VRFY: /^252$/,
  HELP: /^214$/,
};

let opened: Awaited<ReturnType<typeof openTestGateway>>;
const accept = memoryAccept();
before(async () => {
  const domain = (tenant: typeof TENANT_A, recipientMode: 'list' | 'ask') => ({
    tenant,
    recipientMode,
    inspectBeforeReply: false,
  });
  opened = await openTestGateway({
    accept,
    limits: { errorsPerSession: 1000, junkCommands: 1000 },
    directory: tableDirectory({
      domains: {
        'a.example': domain(TENANT_A, 'list'),
        'ask.example': domain(TENANT_A, 'ask'),
        'b.example': domain(TENANT_B, 'list'),
      },
      recipient: ({ localPart }) => {
        if (localPart === 'slow') return new Promise((resolve) => setTimeout(resolve, 1, 'known'));
        return localPart === 'nobody' ? Promise.resolve('unknown') : 'known';
      },
    }),
  });
});
after(() => opened.gateway.close());

interface Step {
  readonly say: string;
  /** Said behind a 354 only. */
  readonly message?: string;
}

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(...STEPS).map((say) => ({ say })) },
  {
    weight: 2,
    arbitrary: fc
      .constantFrom('.\r\n', 'Subject: a\r\n\r\nb\r\n.\r\n', '..\r\n.a\r\n.\r\n', `${'y'.repeat(70_000)}\r\n.\r\n`)
      .map((message) => ({ say: 'DATA', message })),
  },
  {
    weight: 3,
    arbitrary: fc.constant({ say: 'EHLO c\r\nMAIL FROM:<>\r\nRCPT TO:<taro@a.example>' }),
  },
);

const stripped = (reply: string) => reply.replace(/Accepted as .*/, 'Accepted');

async function sequential(steps: readonly Step[]): Promise<{ replies: string[]; kept: KeptMessage[] }> {
  const client = await TestClient.dial(opened.port);
  const replies: string[] = [];
  for (const { say, message } of steps) {
    for (const line of say.split('\r\n')) {
      const reply = await client.say(line);
      const word = line.split(' ', 1)[0]!;
      const code = reply.slice(0, 3);
      assert.match(code, LEGAL[word] ?? /^(5[0-9]{2})$/, `${line}: ${reply}`);
      replies.push(stripped(reply));
    }
    if (message === undefined || !replies.at(-1)!.startsWith('354')) continue;
    client.send(message);
    const reply = await client.reply();
    assert.match(reply.slice(0, 3), LEGAL['message']!);
    replies.push(stripped(reply));
  }
  assert.equal(codeOf(await client.say('QUIT')), '221 2.0.0');
  assert.deepEqual(await client.rest(), []);
  return { replies, kept: accept.messages.splice(0) };
}

/** Says everything at once, cut where `cuts` say; the messages are those that got 354 when it was said in turn. */
async function pipelined(steps: readonly Step[], inTurn: readonly string[], cuts: readonly number[]) {
  let at = 0;
  let wire = '';
  for (const { say, message } of steps) {
    for (const line of say.split('\r\n')) {
      wire += `${line}\r\n`;
      at++;
    }
    if (message === undefined || !inTurn[at - 1]!.startsWith('354')) continue;
    wire += message;
    at++;
  }
  wire += 'QUIT\r\n';
  const client = await TestClient.dial(opened.port);
  let from = 0;
  for (const cut of [...cuts.map((each) => each % wire.length).sort((a, b) => a - b), wire.length]) {
    if (cut <= from) continue;
    client.send(wire.slice(from, cut));
    from = cut;
    await new Promise((go) => setImmediate(go));
  }
  const replies = (await client.rest()).map(stripped);
  return { replies, kept: accept.messages.splice(0) };
}

const content = (kept: readonly KeptMessage[]) =>
  kept.map(({ envelope, raw }) => [
    raw.toString('latin1'),
    envelope.reversePath,
    envelope.forwardPaths,
    envelope.tenant,
  ]);

test('any order of commands gets legal replies, and the same when pipelined', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 25 }),
      fc.array(fc.nat(100_000), { maxLength: 5 }),
      async (steps, cuts) => {
        const inTurn = await sequential(steps);
        const atOnce = await pipelined(steps, inTurn.replies, cuts);
        // A DATA that is refused ends its group (RFC 2920 §3.1): with input behind it the session ends there.
        const last = firstRefusedData(steps, inTurn.replies);
        const same = inTurn.replies.slice(0, last < 0 ? undefined : last + 1);
        const kept = same.filter((reply) => reply.includes('Accepted')).length;
        assert.deepEqual(atOnce.replies.slice(0, same.length), same);
        assert.deepEqual(content(atOnce.kept.slice(0, kept)), content(inTurn.kept.slice(0, kept)));
        if (last < 0) assert.deepEqual([atOnce.replies.length, atOnce.kept.length], [same.length + 1, kept]);
      },
    ),
    { numRuns: 150 },
  );
});

function firstRefusedData(steps: readonly Step[], replies: readonly string[]): number {
  let at = 0;
  for (const { say, message } of steps) {
    at += say.split('\r\n').length;
    if (say !== 'DATA') continue;
    if (!replies[at - 1]!.startsWith('354')) return at - 1;
    if (message !== undefined) at++;
  }
  return -1;
}

test('octets without sense end no process and leave no session behind', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 6 }),
      fc.boolean(),
      async (chunks, vanishes) => {
        const client = await TestClient.dial(opened.port);
        for (const chunk of chunks) {
          client.send(Buffer.from(chunk));
          await new Promise((go) => setImmediate(go));
        }
        if (vanishes) client.socket.destroy();
        else client.socket.end();
        for (const reply of await client.rest()) assert.match(reply, /^[2-5][0-9]{2}/);
      },
    ),
    { numRuns: 200 },
  );
  const client = await TestClient.dial(opened.port);
  assert.deepEqual(await client.codes('EHLO c', 'QUIT'), ['250', '221 2.0.0']);
  for (let n = 0; n < 100 && opened.gateway.sessions > 0; n++) await new Promise((go) => setTimeout(go, 10));
  assert.equal(opened.gateway.sessions, 0);
});

test('QUIT twice, and commands behind QUIT, are harmless', async () => {
  const client = await TestClient.dial(opened.port);
  client.send('QUIT\r\nQUIT\r\nRSET\r\n');
  assert.deepEqual((await client.rest()).map(codeOf), ['221 2.0.0']);
});

test('a client that vanishes at any step leaves nothing behind', async () => {
  const script = ['EHLO c', 'MAIL FROM:<>', 'RCPT TO:<slow@ask.example>', 'DATA', 'x\r\n.'];
  for (let steps = 0; steps <= script.length; steps++) {
    const client = await TestClient.dial(opened.port);
    client.send(
      script
        .slice(0, steps)
        .map((line) => `${line}\r\n`)
        .join(''),
    );
    client.socket.resetAndDestroy();
  }
  for (let n = 0; n < 100 && opened.gateway.sessions > 0; n++) await new Promise((go) => setTimeout(go, 10));
  assert.equal(opened.gateway.sessions, 0);
});
