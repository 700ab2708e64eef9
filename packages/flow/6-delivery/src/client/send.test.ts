import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openTestSession, quickLimits, testTransaction, to } from '../testing/client-setup.ts';
import { DROP, HANG, type Script, ScriptedServer } from '../testing.ts';
import { sendMessage } from './send.ts';
import { closeSession, isUsable } from './session.ts';
import type { RecipientAnswer, Transaction } from './transaction.ts';

async function send(script: Script, more: Partial<Transaction> = {}, limits = quickLimits()) {
  await using server = await ScriptedServer.start(script);
  const session = await openTestSession(server.port, { limits });
  const answer = await sendMessage(session, testTransaction(more));
  const usable = isUsable(session);
  await closeSession(session);
  return { server, answer, said: answer.answers.map(words), usable };
}

function words(answer: RecipientAnswer): string {
  if (answer.kind === 'reply') return `${answer.stage} ${answer.reply.code}`;
  if (answer.kind === 'lost') return `lost at ${answer.stage}`;
  return answer.kind === 'unsendable' ? answer.status : answer.kind;
}

const ways: [string, readonly string[]][] = [
  ['in one group', ['PIPELINING']],
  ['one by one', []],
];

for (const [how, keywords] of ways) {
  test(`sendMessage() gives the content octet for octet, ${how}`, async () => {
    const { server, said, usable } = await send({ keywords });
    assert.deepEqual(said, ['end-of-data 250']);
    assert.equal(server.messages[0]!.content.toString(), 'Subject: test\r\n\r\n.one dot\r\n..two\r\nend\r\n');
    assert.equal(usable, true);
  });

  test(`sendMessage() tells each recipient its own reply, ${how}`, async () => {
    const on = (line: string) =>
      line.includes('<no@')
        ? '550-5.1.1 no such\r\n550 5.1.1 user here\r\n'
        : line.includes('<later@')
          ? '450 4.2.1 busy\r\n'
          : undefined;
    const { server, said, usable } = await send({ keywords, on }, { recipients: [to('no'), to('yes'), to('later')] });
    assert.deepEqual(said, ['rcpt 550', 'end-of-data 250', 'rcpt 450']);
    assert.deepEqual(server.messages[0]!.rcpts, ['RCPT TO:<yes@example.net>']);
    assert.equal(usable, true);
  });

  for (const [verb, stage] of [
    ['MAIL', 'mail'],
    ['RCPT', 'rcpt'],
    ['DATA', 'data'],
    ['.', 'end-of-data'],
  ] as const) {
    const only = (answer: string | typeof HANG | typeof DROP) => (line: string) =>
      line.startsWith(verb) ? answer : undefined;

    for (const code of [451, 550]) {
      test(`sendMessage() tells a ${code} at ${stage} and keeps the session, ${how}`, async () => {
        const { server, said, usable } = await send({ keywords, on: only(`${code} words\r\n`) });
        assert.deepEqual(said, [`${stage} ${code}`]);
        assert.equal(server.messages.filter(({ isAccepted }) => isAccepted).length, 0);
        assert.equal(usable, true);
      });
    }

    test(`sendMessage() gives up a server that hangs at ${stage}, ${how}`, async () => {
      const { said, usable } = await send({ keywords, on: only(HANG) }, {}, quickLimits(60));
      assert.deepEqual(said, [`lost at ${stage}`]);
      assert.equal(usable, false);
    });

    test(`sendMessage() loses the session when the server drops it at ${stage}, ${how}`, async () => {
      const { said, usable, answer } = await send({ keywords, on: only(DROP) });
      assert.deepEqual(said, [`lost at ${stage}`]);
      assert.equal(usable, false);
      assert.equal(answer.isUntouched, verb === 'MAIL');
    });

    for (const garbage of ['no reply at all\r\n', '999 what\r\n', '\0\0\0\r\n', '250-open\r\n251 end\r\n']) {
      test(`sendMessage() believes no garbage ${JSON.stringify(garbage)} at ${stage}, ${how}`, async () => {
        const { said, usable } = await send({ keywords, on: only(garbage) });
        assert.match(said.join(), /^lost at \S+$/);
        assert.equal(usable, false);
      });
    }
  }

  test(`sendMessage() loses the session when a reply breaks off half-way, ${how}`, async () => {
    const { said } = await send({ keywords, on: (line) => (line === '.' ? '250-half a re' : undefined) });
    assert.deepEqual(said, ['lost at end-of-data']);
  });

  test(`sendMessage() uses a session no more after 421, ${how}`, async () => {
    const { said, usable } = await send({ keywords, on: (line) => (line === '.' ? '421 4.3.2 going\r\n' : undefined) });
    assert.deepEqual(said, ['end-of-data 421']);
    assert.equal(usable, false);
  });

  test(`sendMessage() ends a DATA that was let in without recipients with nothing, ${how}`, async () => {
    const on = (line: string) => (line.startsWith('RCPT') ? '550 no\r\n' : line === 'DATA' ? '354 go\r\n' : undefined);
    const { server, said, usable } = await send({ keywords, on });
    assert.deepEqual(said, ['rcpt 550']);
    assert.deepEqual(
      server.messages.map(({ content }) => content.length),
      keywords.length > 0 ? [0] : [],
    );
    assert.equal(usable, true);
  });

  test(`sendMessage() takes no yes to DATA for a delivery, ${how}`, async () => {
    const { said, usable } = await send({ keywords, on: (line) => (line === 'DATA' ? '250 fine\r\n' : undefined) });
    assert.deepEqual(said, ['lost at data']);
    assert.equal(usable, false);
  });
}

test('sendMessage() takes no yes that comes with the 354 for a delivery', async () => {
  const { said } = await send({ on: (line) => (line === 'DATA' ? '354 go\r\n250 already\r\n' : undefined) });
  assert.deepEqual(said, ['lost at idle']);
});

test('sendMessage() sends 1 MiB of lines that begin with dots whole and in blocks', async () => {
  const content = Buffer.alloc(1024 * 1024, '.\r\n..x\r\n');
  const parts = [content.subarray(0, 600_001), content.subarray(600_001)];
  const { server, said } = await send({}, { content: parts }, quickLimits(5000));
  assert.deepEqual(said, ['end-of-data 250']);
  assert.equal(
    server.messages[0]!.content.equals(Buffer.concat([content, Buffer.from(content.at(-1) === 10 ? '' : '\r\n')])),
    true,
  );
});

test('sendMessage() stops inside the content when the server says no early', async () => {
  const { said, usable } = await send(
    { keywords: [], earlyAnswer: '552 5.3.4 enough\r\n' },
    { content: [Buffer.alloc(30_000_000, 'x\r\n')] },
  );
  assert.deepEqual([said, usable], [['end-of-data 552'], false]);
});

test('sendMessage() gives up a server that stops reading the content', async () => {
  const content = [Buffer.alloc(30_000_000, 'x\r\n')];
  const { said, usable } = await send({ keywords: [], earlyAnswer: '' }, { content }, quickLimits(80));
  assert.deepEqual([said, usable], [['lost at end-of-data'], false]);
});

test('sendMessage() gives up a server that takes the content drop by drop', async () => {
  const content = [Buffer.alloc(30_000_000, 'x\r\n')];
  const limits = quickLimits(1000, { octetsPerSecond: 1e12 });
  const deadlines = { ...limits.deadlines, blockMs: 200 };
  const started = performance.now();
  const { said } = await send({ keywords: [], slowly: true }, { content }, { ...limits, deadlines });
  assert.deepEqual(said, ['lost at end-of-data']);
  assert.ok(performance.now() - started < 900);
});

test('sendMessage() sends nothing once its lease has ended', async () => {
  const { server, said } = await send({}, { isStillOurs: () => false });
  assert.deepEqual(said, ['fenced']);
  assert.deepEqual(
    server.lines.filter((line) => line.startsWith('MAIL')),
    [],
  );
});

test('sendMessage() gives up before the content when the lease ends on the way', async () => {
  let asked = 0;
  const { server, said, usable } = await send({}, { isStillOurs: () => ++asked < 2 });
  assert.deepEqual([said, usable, server.messages.length], [['fenced'], false, 0]);
});

const full = ['SIZE 1000', '8BITMIME', 'SMTPUTF8', 'DSN'];
const bare: string[] = [];

test('sendMessage() passes DSN parameters on where the server reports by itself', async () => {
  const envelope = { ...testTransaction().envelope, ret: 'hdrs', envelopeId: 'QQ314159 +=' } as const;
  const recipients = [
    { ...to('taro'), notify: ['success', 'delay'] as const, originalRecipient: 'rfc822;Taro+x@example.net' },
  ];
  const { server } = await send({ keywords: full }, { envelope, recipients });
  assert.deepEqual(server.lines.slice(1, 3), [
    'MAIL FROM:<hanako@example.jp> SIZE=39 RET=HDRS ENVID=QQ314159+20+2B+3D',
    'RCPT TO:<taro@example.net> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;Taro+2Bx@example.net',
  ]);
  const silent = await send({ keywords: bare }, { envelope, recipients });
  assert.deepEqual(silent.server.lines.slice(1, 3), ['MAIL FROM:<hanako@example.jp>', 'RCPT TO:<taro@example.net>']);
});

const eightBit = [Buffer.from('Subject: x\r\n\r\n\u00e9\r\n')];
const utf8Header = [Buffer.from('Subject: \u4ef6\u540d\r\n\r\nx\r\n')];
const envelope8 = { ...testTransaction().envelope, body: '8bitmime' } as const;
const envelopeUtf8 = { ...envelope8, smtpUtf8: true } as const;
const utf8Path = { address: { localPart: '\u592a\u90ce', domain: 'example.net' } };

const cases: [string, readonly string[], Partial<Transaction>, string[], string?][] = [
  ['more octets than the server takes', ['SIZE 10'], {}, ['5.3.4']],
  ['8-bit content to a 7-bit server', bare, { content: eightBit, envelope: envelope8 }, ['5.6.3']],
  [
    '8-bit content to an 8-bit server',
    full,
    { content: eightBit, envelope: envelope8 },
    ['end-of-data 250'],
    'BODY=8BITMIME',
  ],
  ['7-bit content that was declared 8-bit', bare, { envelope: envelope8 }, ['end-of-data 250']],
  [
    'a header in UTF-8 to a server without SMTPUTF8',
    ['8BITMIME'],
    { content: utf8Header, envelope: envelopeUtf8 },
    ['5.6.7'],
  ],
  [
    'a header in UTF-8 to a server with SMTPUTF8',
    full,
    { content: utf8Header, envelope: envelopeUtf8 },
    ['end-of-data 250'],
    'SMTPUTF8',
  ],
  [
    'an address in UTF-8 beside one in ASCII',
    ['8BITMIME'],
    { recipients: [utf8Path, to('taro')] },
    ['5.6.7', 'end-of-data 250'],
  ],
  ['an address in UTF-8 to a server with SMTPUTF8', full, { recipients: [utf8Path] }, ['end-of-data 250'], 'SMTPUTF8'],
];

for (const [name, keywords, more, expected, parameter] of cases) {
  test(`sendMessage() of ${name}: ${expected.join(', ')}`, async () => {
    const { server, said } = await send({ keywords }, more);
    assert.deepEqual(said, expected);
    const mail = server.lines.find((line) => line.startsWith('MAIL')) ?? '';
    if (parameter !== undefined) assert.match(mail, new RegExp(parameter));
    else assert.doesNotMatch(mail, /BODY|SMTPUTF8/);
  });
}

test('sendMessage() sends many messages over one session', async () => {
  await using server = await ScriptedServer.start();
  const session = await openTestSession(server.port);
  for (let n = 0; n < 20; n++) {
    const { answers } = await sendMessage(session, testTransaction({ recipients: [to(`u${n}`), to(`v${n}`)] }));
    assert.deepEqual(answers.map(words), ['end-of-data 250', 'end-of-data 250']);
  }
  await closeSession(session);
  assert.equal(server.connections, 1);
  assert.equal(server.messages.length, 20);
});
