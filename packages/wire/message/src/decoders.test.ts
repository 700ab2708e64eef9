import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeBody, decodeText, fileExtension, parseDate, parseMessage, safeName, unfoldField } from './index.ts';
import { unflow } from './flowed.ts';

const PLENTY = 100_000;

test('unfoldField() takes line ends out and white space off both ends, and copies only folded fields', () => {
  const raw = Buffer.from('Subject:  a\r\n b\n\tc \r\nTo: x\r\n\r\n');
  const [subject, to] = parseMessage(raw).root.fields;
  assert.equal(unfoldField(raw, subject!).toString(), 'a b\tc');
  assert.equal(unfoldField(raw, subject!, 4).toString(), 'a');
  assert.equal(unfoldField(raw, to!).buffer, raw.buffer);
});

test('parseDate() reads the dates of RFC 5322, old ones, and those with odd spelling', () => {
  const expected = Date.UTC(2025, 10, 10, 1, 0, 0);
  for (const text of [
    'Mon, 10 Nov 2025 10:00:00 +0900',
    '10 Nov 2025 10:00 +0900',
    'Mon, 10 Nov 25 01:00:00 GMT',
    'Sun, 9 Nov 2025 20:00:00 EST',
    ' Mon,10 Nov 2025  10:00:00 +0900 (JST)',
    'Monday, 10 November 2025 10:00:00 +09:00',
    'Mon, 10 Nov 2025 10:00:00 JST',
  ]) {
    assert.equal(parseDate(text), expected, text);
  }
});

test('parseDate() is null for a time that does not exist', () => {
  for (const text of [
    '',
    'now',
    'Mon, 99 Zzz 999999999999 10:00:00 +0900',
    '31 Feb 2025 10:00 +0000',
    '1 Jan 2025 25:00 +0000',
    '1 Jan 1601 00:00:00 -9999',
  ]) {
    assert.equal(parseDate(text), null, text);
  }
});

test('unflow() joins soft line breaks, keeps quotes apart and signatures whole (RFC 3676)', () => {
  assert.equal(unflow('a \nb\nc', false), 'a b\nc');
  assert.equal(unflow('見積 \n書', true), '見積書');
  assert.equal(unflow('> a \n> b\n>> c\nd', false), '> a b\n>> c\nd');
  assert.equal(unflow('a \n-- \nb', false), 'a \n-- \nb');
  assert.equal(unflow(' >a', false), '>a');
});

test('safeName() leaves no path, control or bidi mark, and composes', () => {
  assert.equal(safeName('../../etc/passwd'), 'passwd');
  assert.equal(safeName('C:\\Users\\見積.pdf'), '見積.pdf');
  assert.equal(safeName('a\0b\r\nc'), 'abc');
  assert.equal(safeName('カ\u3099.txt'), 'ガ.txt');
  assert.equal(safeName('..'), '');
});

test('fileExtension() is the one that a system would act on', () => {
  assert.equal(fileExtension('請求書\u202efdp.exe'), 'exe');
  assert.equal(fileExtension('report.pdf          .com'), 'com');
  assert.equal(fileExtension('a.EXE. '), 'exe');
  assert.equal(fileExtension('README'), '');
});

test('decodeBody() decodes a uuencoded body, with and without begin', () => {
  for (const lines of ['begin 644 cat.txt\r\n#0V%T\r\n`\r\nend\r\n', '#0V%T\r\n`\r\nend\r\n']) {
    const raw = Buffer.from(`Content-Type: application/x\r\nContent-Transfer-Encoding: x-uuencode\r\n\r\n${lines}`);
    assert.equal(decodeBody(raw, parseMessage(raw).root, PLENTY).octets.toString(), 'Cat');
  }
});

test('decodeText() leaves uuencoded files out of the text that surrounds them', () => {
  const raw = Buffer.from('Subject: a\r\n\r\nbefore\r\nbegin 644 cat.txt\r\n#0V%T\r\n`\r\nend\r\nafter\r\n');
  assert.equal(decodeText(raw, parseMessage(raw).root, PLENTY).text, 'before\nafter\n');
});

test('a line that only begins with "begin" is text', () => {
  for (const text of ['begin 644 a sentence\r\nthat goes on\r\n', 'begin here\r\n', 'begin 644 x\r\n']) {
    const raw = Buffer.from(`Subject: a\r\n\r\n${text}`);
    assert.deepEqual(parseMessage(raw).ambiguities, []);
  }
});
