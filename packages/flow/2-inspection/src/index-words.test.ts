import assert from 'node:assert/strict';
import { test } from 'node:test';
import Encoding from 'encoding-japanese';
import { indexText } from '@sekisho/words';
import { inspectMail, mailWith } from './testing/inspect-mail.ts';
import { makeOffice, makeZip } from './testing/make-files.ts';
import { makePdf } from './testing/make-pdf.ts';

const holds = (tokens: string, text: string) => ` ${tokens} `.includes(` ${indexText(text)} `);

test('inspect() takes words of people in every field that names them', async () => {
  const { words } = await inspectMail(
    [
      'From: =?UTF-8?B?5bGx55Sw?= <yamada@sekisho.example>',
      'Sender: office@sekisho.example',
      'Reply-To: desk@sekisho.example',
      'To: sato@customer.example',
      'Cc: kato@customer.example',
      'Bcc: secret@customer.example',
      '',
      'hello',
    ].join('\r\n'),
  );
  for (const name of ['山田', 'yamada', 'office', 'desk']) assert.ok(holds(words.from, name), name);
  for (const name of ['sato', 'kato', 'secret']) assert.ok(holds(words.to, name), name);
});

test('inspect() takes plain text, and HTML only where it says something else', async () => {
  const both = (html: string) =>
    [
      'MIME-Version: 1.0',
      'Content-Type: multipart/alternative; boundary=x',
      '',
      '--x',
      'Content-Type: text/plain',
      '',
      'hello world',
      '--x',
      'Content-Type: text/html',
      '',
      html,
      '--x--',
      '',
    ].join('\r\n');
  const same = await inspectMail(both('<html><style>p{}</style><p>hello <b>world</b></p></html>'));
  assert.equal(same.words.body, 'hello world');
  const other = await inspectMail(both('<p>quite different</p>'));
  assert.ok(holds(other.words.body, 'hello') && holds(other.words.body, 'different'));
});

test('inspect() takes the text of attached documents', async () => {
  const pdf = makePdf(
    Buffer.from(Encoding.convert('関所の御見積', { to: 'SJIS', from: 'UNICODE', type: 'array' })),
    '90ms-RKSJ-H',
  );
  const documents: [Buffer, string, string][] = [
    [pdf, '見積.pdf', '関所の御見積'],
    [makeOffice({ 'word/document.xml': '<w:p><w:t>契約書の本文</w:t></w:p>' }), 'a.docx', '契約書の本文'],
    [makeOffice({ 'xl/sharedStrings.xml': '<sst><si><t>売上一覧</t></si></sst>' }), 'a.xlsx', '売上一覧'],
    [makeOffice({ 'xl/worksheets/sheet1.xml': '<c t="inlineStr"><is><t>直接入力</t></is></c>' }), 'b.xlsx', '直接入力'],
    [makeOffice({ 'ppt/slides/slide1.xml': '<a:p><a:t>発表資料</a:t></a:p>' }), 'a.pptx', '発表資料'],
    [Buffer.from('氏名,電話\n山田,03'), 'a.csv', '氏名'],
    [Buffer.from(Encoding.convert('日報です', { to: 'SJIS', from: 'UNICODE', type: 'array' })), 'a.txt', '日報です'],
    [Buffer.from('<html><body><p>お知らせ</p><script>var no</script>'), 'a.html', 'お知らせ'],
  ];
  for (const [octets, name, text] of documents) {
    const { words, indexedAll } = await inspectMail(mailWith(octets, name));
    assert.ok(holds(words.attached, text), `${name}: ${words.attached}`);
    assert.ok(holds(words.names, name), name);
    assert.equal(indexedAll, true, name);
  }
});

test('inspect() takes the names of files in archives', async () => {
  const { words } = await inspectMail(mailWith(makeZip({ '議事録.txt': 'x' }), 'a.zip'));
  assert.ok(holds(words.names, '議事録.txt') && holds(words.names, 'a.zip'));
});

test('inspect() cuts text at its budget and says so', async () => {
  const long = `Subject: hello\r\n\r\n${'word '.repeat(1000)}`;
  const cut = await inspectMail(long, { limits: { textCharacters: 100 } });
  assert.equal(cut.indexedAll, false);
  assert.ok(cut.words.body.length <= 100);
  assert.equal((await inspectMail(long)).indexedAll, true);
  const document = makeOffice({ 'word/document.xml': `<w:p><w:t>${'語'.repeat(1000)}</w:t></w:p>` });
  assert.equal(
    (await inspectMail(mailWith(document, 'a.docx'), { limits: { textCharacters: 300 } })).indexedAll,
    false,
  );
});

test('inspect() says when a document could not be read', async () => {
  assert.equal((await inspectMail(mailWith(Buffer.from('%PDF-1.4 broken'), 'a.pdf'))).indexedAll, false);
  const document = makeOffice({ 'word/document.xml': '<p/>' });
  assert.equal((await inspectMail(mailWith(document.subarray(0, 60), 'a.zip'))).indexedAll, true);
});
