import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  attachmentsOf,
  decodeText,
  deliveredForm,
  fieldsNamed,
  fieldText,
  messageSummary,
  OmittedRangeError,
  type Part,
  parseMessage,
  partName,
  readTree,
  serializeTree,
  textPartsOf,
  TreeFormatError,
} from './index.ts';

const MAIL = Buffer.from(
  [
    'Received: from a by b;',
    '\tMon, 10 Nov 2025 10:00:00 +0900',
    'From: "Taro" <taro@sekisho.example>',
    'To: a@b.example, "C" <c@d.example>',
    'Subject: =?utf-8?B?5LuV5qeY?=',
    'Date: Mon, 10 Nov 2025 10:00:00 +0900',
    'Message-ID: <1@sekisho.example>',
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary="outer"',
    '',
    'preamble',
    '--outer',
    'Content-Type: multipart/alternative; boundary=inner',
    '',
    '--inner',
    'Content-Type: text/plain; charset=UTF-8; format=flowed',
    '',
    'plain',
    '--inner',
    'Content-Type: text/html; charset=utf-8',
    'Content-Transfer-Encoding: quoted-printable',
    '',
    '<p>html=3D</p>',
    '--inner--',
    '--outer',
    'Content-Type: image/png',
    'Content-ID: <img1>',
    'Content-Transfer-Encoding: base64',
    '',
    'iVBORw==',
    '--outer',
    'Content-Type: message/rfc822',
    '',
    'Subject: inside',
    '',
    'inner text',
    '--outer--',
    'epilogue',
    '',
  ].join('\r\n'),
);
const tree = parseMessage(MAIL);
const slice = (range: readonly [number, number]) => MAIL.toString('latin1', ...range);
const shape = (part: Part): string =>
  `${part.type}/${part.subtype}${part.parts ? `(${part.parts.map(shape).join(' ')})` : ''}${part.message ? `[${shape(part.message)}]` : ''}`;

test('parseMessage() gives the structure of a message', () => {
  assert.equal(
    shape(tree.root),
    'multipart/mixed(multipart/alternative(text/plain text/html) image/png message/rfc822[text/plain])',
  );
  assert.deepEqual(tree.overLimits, []);
  assert.deepEqual(tree.ambiguities, []);
  assert.equal(tree.headerEnd, MAIL.indexOf('preamble'));
});

test('parseMessage() cuts bodies exactly: the line end before a boundary is no part of them', () => {
  const [alternative, image, inside] = tree.root.parts!;
  assert.equal(slice(alternative!.parts![0]!.body), 'plain');
  assert.equal(slice(image!.body), 'iVBORw==');
  assert.equal(slice(inside!.message!.body), 'inner text');
  assert.equal(image!.contentId, 'img1');
});

test('parseMessage() gives fields by offset, folded lines included', () => {
  const [received, from] = tree.root.fields;
  assert.equal(received!.name, 'received');
  assert.equal(
    slice([received!.start, received!.end]),
    'Received: from a by b;\r\n\tMon, 10 Nov 2025 10:00:00 +0900\r\n',
  );
  assert.equal(slice([from!.valueStart, from!.end]), ' "Taro" <taro@sekisho.example>\r\n');
  assert.equal(from!.start, received!.end);
});

test('parseMessage() reads a message with LF line ends like one with CR LF', () => {
  const unix = Buffer.from(MAIL.toString('latin1').replaceAll('\r\n', '\n'), 'latin1');
  const read = parseMessage(unix);
  assert.equal(shape(read.root), shape(tree.root));
  assert.deepEqual(read.ambiguities, []);
  assert.equal(decodeText(unix, read.root.parts![0]!.parts![0]!, 100).text, 'plain');
});

test('parseMessage() passes over the line that mail stores put before a message', () => {
  const read = parseMessage(Buffer.from('From a@b.example Mon Nov 10 10:00:00 2025\nSubject: a\n\nhi\n'));
  assert.deepEqual(read.ambiguities, []);
  assert.deepEqual(
    read.root.fields.map((field) => field.name),
    ['subject'],
  );
});

test('parseMessage() treats the parts of a digest as messages unless they say otherwise', () => {
  const read = parseMessage(
    Buffer.from('Content-Type: multipart/digest; boundary=x\r\n\r\n--x\r\n\r\nSubject: a\r\n\r\nhi\r\n--x--'),
  );
  assert.equal(shape(read.root), 'multipart/digest(message/rfc822[text/plain])');
});

test('messageSummary() gives what a list of messages shows', () => {
  assert.deepEqual(messageSummary(MAIL, tree), {
    subject: '仕様',
    from: [{ name: 'Taro', address: 'taro@sekisho.example' }],
    to: [
      { name: '', address: 'a@b.example' },
      { name: 'C', address: 'c@d.example' },
    ],
    cc: [],
    date: Date.UTC(2025, 10, 10, 1),
    messageId: '1@sekisho.example',
    attachmentCount: 2,
  });
});

test('textPartsOf() and attachmentsOf() divide the parts, the message inside included', () => {
  assert.deepEqual(
    textPartsOf(tree).map((part) => decodeText(MAIL, part, 100).text),
    ['plain', '<p>html=</p>', 'inner text'],
  );
  assert.deepEqual(
    attachmentsOf(tree).map((part) => part.subtype),
    ['png', 'rfc822'],
  );
  assert.deepEqual(attachmentsOf(tree).map(partName), [null, null]);
});

test('fieldsNamed() ignores case and looks at the message itself only', () => {
  assert.equal(fieldsNamed(MAIL, tree, 'Subject').length, 1);
  assert.equal(fieldText(MAIL, tree.root.parts![2]!.message!, 'subject'), 'inside');
  assert.equal(fieldText(MAIL, tree.root, 'x-none'), null);
});

test('serializeTree() is compact, and readTree() gives the same tree back', () => {
  const octets = serializeTree(tree);
  assert.ok(octets.length < 300, `${octets.length} octets`);
  assert.deepEqual(readTree(octets), tree);
});

test('readTree() refuses another version, what is cut, and what is too long', () => {
  const octets = serializeTree(tree);
  const other = Buffer.from(octets);
  other[0] = 99;
  for (const bad of [other, octets.subarray(0, -1), Buffer.concat([octets, octets]), Buffer.alloc(0)]) {
    assert.throws(() => readTree(bad), TreeFormatError);
  }
});

test('parameters named like members of objects are only parameters', () => {
  const raw = Buffer.from('Content-Type: text/plain; __proto__=a; constructor=b\r\n\r\n');
  const { root } = readTree(serializeTree(parseMessage(raw)));
  assert.deepEqual(Object.keys(root.parameters), ['__proto__', 'constructor']);
  assert.equal(root.parameters['toString'], undefined);
});

test('deliveredForm() is the prefix and the raw message less what is left out, without copying', () => {
  const raw = Buffer.from('abcdef');
  const form = deliveredForm(raw, Buffer.from('P:'), [
    [1, 2],
    [4, 6],
  ]);
  assert.equal(Buffer.concat(form).toString(), 'P:acd');
  assert.equal(form[1]!.buffer, raw.buffer);
  assert.deepEqual(deliveredForm(raw, Buffer.alloc(0), []), [raw]);
});

test('deliveredForm() refuses ranges that overlap, go back or leave the message', () => {
  const raw = Buffer.from('abcdef');
  for (const omitted of [
    [[2, 1]],
    [[0, 7]],
    [[-1, 2]],
    [
      [0, 3],
      [2, 4],
    ],
    [[0, Number.NaN]],
  ] as [number, number][][]) {
    assert.throws(() => deliveredForm(raw, Buffer.alloc(0), omitted), OmittedRangeError);
  }
});
