import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openInspector } from '@sekisho/inspection';
import { attachmentsOf, decodeText, messageSummary, parseMessage, partName, textPartsOf } from '@sekisho/message';
import { systemClock, zoneResolver } from '@sekisho/ports';
import type { Envelope, TenantId } from '@sekisho/terms';
import { composeMail, encodeWords, type MailCharset } from './compose.ts';
import { matterOf } from './matters.ts';
import { pdfFile } from './pdf.ts';

const from = { name: '東海精機 購買課', address: 'koubai@tokai-seiki.example' };
const to = [{ name: '山田 太郎', address: 'taro.yamada@aoba.example' }];
const compose = (number: number, more = {}) => {
  const { subject, text, attachments, charset } = matterOf(number);
  return composeMail({ from, to, subject, text, attachments, charset, sentAt: 0, id: `t-${number}`, ...more });
};

test('composeMail() writes mail that reads as it was meant, in UTF-8 and in ISO-2022-JP', () => {
  for (let number = 0; number < 14; number++) {
    const { subject, text, attachments } = matterOf(number);
    const raw = compose(number);
    const tree = parseMessage(raw);
    assert.deepEqual(tree.ambiguities, []);
    assert.equal(messageSummary(raw, tree).subject, subject);
    assert.deepEqual(messageSummary(raw, tree).to, to);
    const [part] = textPartsOf(tree);
    assert.equal(decodeText(raw, part!, 65_536).text.trimEnd().replaceAll('\r\n', '\n'), text);
    assert.deepEqual(
      attachmentsOf(tree).map((one) => partName(one)),
      attachments.map(({ name }) => name),
    );
  }
});

test('composeMail() writes lines that end in CRLF and nothing else', () => {
  for (let number = 0; number < 14; number++)
    assert.doesNotMatch(compose(number).toString('latin1'), /\r(?!\n)|(?<!\r)\n|\0/);
});

test('encodeWords() keeps each word within 75 characters (RFC 2047 §2)', () => {
  for (const charset of ['utf-8', 'iso-2022-jp'] satisfies MailCharset[]) {
    const words = encodeWords('株式会社青葉商事 営業部 御中 お見積書の送付について(第12号)', charset).split('\r\n ');
    assert.ok(words.length > 1 && words.every((word) => word.length <= 75));
  }
});

test('the files of a matter are found by what is written in them', async () => {
  const inspector = openInspector({
    resolver: zoneResolver({}),
    authservId: 'mx.example',
    clamd: null,
    clock: systemClock(),
  });
  const attachments = [
    ...[0, 2, 3].flatMap((number) => matterOf(number).attachments),
    pdfFile('通知.pdf', ['支払期限のお知らせ']),
  ];
  const { words, facts } = await inspector.inspect(compose(1, { attachments }), envelope);
  for (const word of ['軸受', '決定', '段ボ', '支払'])
    assert.ok(words.attached.includes(word), `"${word}" in ${words.attached.slice(0, 500)}`);
  assert.equal(
    facts.some(({ name }) => name === 'inspection/failed'),
    false,
  );
});

const envelope: Envelope = {
  tenant: 'aaaaaaaaaa' as TenantId,
  direction: 'submission',
  reversePath: { localPart: 'koubai', domain: 'tokai-seiki.example' },
  forwardPaths: [{ address: { localPart: 'taro.yamada', domain: 'aoba.example' } }],
  smtpUtf8: false,
  body: '7bit',
  dsn: {},
  client: { ip: '127.0.0.41', port: 40000, ehlo: 'mail.tokai-seiki.example', protocol: 'ESMTP', listener: 'smtp' },
  receivedAt: 0,
};
