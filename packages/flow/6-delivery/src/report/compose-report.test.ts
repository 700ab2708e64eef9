import assert from 'node:assert/strict';
import { isAscii } from 'node:buffer';
import { test } from 'node:test';
import { fakeRandom } from '@sekisho/ports/testing';
import fc from 'fast-check';
import PostalMime from 'postal-mime';
import type { OwedReport } from '../queue/reports.ts';
import { testEnvelope } from '../testing/queue-setup.ts';
import { type ComposedReport, composeReport, type ReportParts } from './compose-report.ts';
import { explainStatus } from './explain-status.ts';

const receivedAt = Date.UTC(2026, 10, 20, 12, 4, 31);

function owed(more: Partial<OwedReport> = {}): OwedReport {
  return {
    message: 'm1',
    recipient: 0,
    kind: 'failure',
    forwardPath: {
      address: { localPart: 'taro', domain: 'example.net' },
      originalRecipient: 'rfc822;Taro@example.net',
    },
    envelope: testEnvelope({ receivedAt, envelopeId: 'QQ314159' }),
    form: '',
    queuedAt: receivedAt,
    endedAt: receivedAt + 1000,
    host: 'mx.example.net',
    status: '5.1.1',
    reply: '550 5.1.1 unknown user',
    ...more,
  };
}

const original = [
  Buffer.from('Message-ID: <abc@example.jp>\r\nFrom: hanako@example.jp\r\n'),
  Buffer.from('Subject: secret\r\n\r\nbody\r\n'),
];

const compose = (recipients: [OwedReport, ...OwedReport[]], more: Partial<ReportParts> = {}) =>
  composeReport(
    {
      recipients,
      original,
      hostname: 'relay.example',
      now: receivedAt,
      retriesUntil: null,
      returnedOctets: 1000,
      ...more,
    },
    fakeRandom(),
  );

/** Top-level parts as they stand between the boundaries. */
function partsOf({ raw }: ComposedReport): string[] {
  const text = raw.toString('latin1');
  const boundary = /boundary="([^"]+)"/.exec(text)![1]!;
  return text
    .split(`--${boundary}`)
    .slice(1, -1)
    .map((part) => part.replace(/^\r\n/, '').replace(/\r\n$/, ''));
}

const textOf = (part: string) => Buffer.from(part.split('\r\n\r\n')[1] ?? '', 'base64').toString();

test('composeReport() of a failure says what happened and what to do, in Japanese and English', async () => {
  const report = compose([owed()]);
  const read = await PostalMime.parse(report.raw);
  assert.deepEqual(read.to?.[0]?.address, 'hanako@example.jp');
  assert.equal(read.subject, 'メールを届けられませんでした (Undelivered mail)');
  assert.equal(read.inReplyTo, '<abc@example.jp>');
  const text = textOf(partsOf(report)[0]!);
  for (const line of [
    '宛先: taro@example.net',
    'すること: アドレスの綴りを確かめて、正しい宛先に送り直してください。',
    'What happened: The address does not exist at the next server.',
    'What to do: Check the spelling of the address and send the message again.',
    '> 550 5.1.1 unknown user',
    '送信の受付: 2026-11-20 21:04:31 JST',
  ])
    assert.ok(text.includes(line), line);
});

test('composeReport() gives programs their fields (RFC 3464 §2)', () => {
  const status = partsOf(compose([owed()]))[1]!;
  assert.equal(
    status,
    [
      'Content-Type: message/delivery-status',
      'Content-Transfer-Encoding: 7bit',
      '',
      'Reporting-MTA: dns; relay.example',
      'Original-Envelope-Id: QQ314159',
      'Arrival-Date: Fri, 20 Nov 2026 12:04:31 +0000',
      '',
      'Original-Recipient: rfc822;Taro@example.net',
      'Final-Recipient: rfc822; taro@example.net',
      'Action: failed',
      'Status: 5.1.1',
      'Remote-MTA: dns; mx.example.net',
      'Diagnostic-Code: smtp; 550 5.1.1 unknown user',
      'Last-Attempt-Date: Fri, 20 Nov 2026 12:04:32 +0000',
      '',
    ].join('\r\n'),
  );
});

test('composeReport() returns the header, and all of the message only with RET=FULL and when it is small', () => {
  const header = 'Message-ID: <abc@example.jp>\r\nFrom: hanako@example.jp\r\nSubject: secret\r\n';
  assert.ok(
    partsOf(compose([owed()]))[2]!.endsWith(`text/rfc822-headers\r\nContent-Transfer-Encoding: 7bit\r\n\r\n${header}`),
  );
  const full = owed({ envelope: testEnvelope({ ret: 'full' }) });
  assert.ok(
    partsOf(compose([full]))[2]!.endsWith(
      `message/rfc822\r\nContent-Transfer-Encoding: 7bit\r\n\r\n${header}\r\nbody\r\n`,
    ),
  );
  assert.ok(partsOf(compose([full], { returnedOctets: 10 }))[2]!.includes('text/rfc822-headers'));
  const delay = owed({ kind: 'delay', envelope: testEnvelope({ ret: 'full' }) });
  assert.ok(partsOf(compose([delay]))[2]!.includes('text/rfc822-headers'));
  assert.equal(partsOf(compose([owed()], { original: null })).length, 2);
});

test('composeReport() of a delay says until when it is tried', () => {
  const delay = owed({ kind: 'delay', status: '4.2.1' });
  const [text = '', status = ''] = partsOf(compose([delay], { retriesUntil: receivedAt + 5 * 86_400_000 }));
  assert.match(textOf(text), /再送の期限: 2026-11-25 21:04:31 JST/);
  assert.match(
    status,
    /Action: delayed\r\nStatus: 4\.2\.1\r\n(?:.*\r\n)*Will-Retry-Until: Wed, 25 Nov 2026 12:04:31 \+0000/,
  );
});

test('composeReport() tells of several recipients in one report', () => {
  const second = owed({
    recipient: 1,
    forwardPath: { address: { localPart: 'jiro', domain: 'example.net' } },
    status: '5.2.2',
  });
  const status = partsOf(compose([owed(), second]))[1]!;
  assert.deepEqual(status.match(/^Final-Recipient.*$/gm), [
    'Final-Recipient: rfc822; taro@example.net',
    'Final-Recipient: rfc822; jiro@example.net',
  ]);
});

test('composeReport() uses the types of RFC 6533 for addresses beyond ASCII', () => {
  const address = { localPart: '太郎', domain: 'example.net' };
  const report = compose([owed({ forwardPath: { address } })]);
  const [, status = '', returned = ''] = partsOf(report);
  assert.match(status, /^Content-Type: message\/global-delivery-status\r\n/);
  assert.match(textOf(status), /Final-Recipient: utf-8; 太郎@example\.net\r\n/);
  assert.match(returned, /^Content-Type: message\/global-headers\r\n/);
  assert.deepEqual([report.smtpUtf8, isAscii(report.raw)], [false, true]);
  const sender = owed({ envelope: testEnvelope({ reversePath: address }) });
  assert.equal(compose([sender]).smtpUtf8, true);
});

test('composeReport() wraps a header of raw octets in base64 and returns 8-bit messages as 8BITMIME', () => {
  const shiftJis = [Buffer.from('Subject: \x8c\x8f\x96\xbc\r\n\r\n\x8c\r\n', 'latin1')];
  const header = compose([owed()], { original: shiftJis });
  assert.deepEqual([header.body, isAscii(header.raw)], ['7bit', true]);
  const full = compose([owed({ envelope: testEnvelope({ ret: 'full' }) })], { original: shiftJis });
  assert.equal(full.body, '8bitmime');
  assert.ok(full.raw.includes(shiftJis[0]!));
});

test('composeReport() keeps its lines, whatever the remote said and whatever names came from outside', () => {
  const evil = fc
    .string({ unit: 'binary', maxLength: 3000 })
    .map((text) => `${text}\r\nBcc: evil@example.org\r\n\r\n.\r\n\u2028x\0`);
  fc.assert(
    fc.property(evil, evil, evil, (reply, host, envelopeId) => {
      const report = compose([
        owed({ reply, host, envelope: testEnvelope({ envelopeId }), status: reply.slice(0, 9) }),
      ]);
      const text = report.raw.toString('latin1');
      assert.ok(isAscii(report.raw));
      assert.doesNotMatch(text, /(?<!\r)\n|\r(?!\n)|\0/);
      assert.doesNotMatch(text, /^(Bcc|\.)/m);
      assert.ok(text.split('\r\n').every((line) => line.length <= 998));
      assert.equal(partsOf(report).length, 3);
      const [, status = ''] = partsOf(report);
      assert.equal(status.match(/^Action:/gm)?.length, 1);
    }),
  );
});

test('composeReport() writes nothing to the null reverse-path', () => {
  assert.throws(() => compose([owed({ envelope: testEnvelope({ reversePath: null }) })]));
});

test('explainStatus() falls back from detail to subject to the general words', () => {
  assert.match(explainStatus('5.2.2').what.en, /full/);
  assert.match(explainStatus('5.7.999').what.en, /policy/);
  assert.match(explainStatus('4.4.1').what.en, /reached/);
  assert.equal(explainStatus(null), explainStatus('5.0.0'));
  assert.equal(explainStatus('5.constructor.x'), explainStatus(null));
});
