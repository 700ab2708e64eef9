import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ReplySyntaxError } from './errors.ts';
import { parseExtensions } from './extensions.ts';
import { formatReply } from './format-reply.ts';
import { ReplyParser } from './reply-parser.ts';

test('formatReply() writes one line', () => {
  assert.equal(formatReply({ code: 250, enhanced: '2.1.0', text: 'Sender ok' }), '250 2.1.0 Sender ok\r\n');
});

test('formatReply() writes several lines with the code on each', () => {
  assert.equal(formatReply({ code: 250, text: ['mx.example', 'SIZE 10'] }), '250-mx.example\r\n250 SIZE 10\r\n');
});

test('formatReply() keeps every line below 512 octets', () => {
  for (const line of formatReply({ code: 554, enhanced: '5.7.1', text: 'x'.repeat(2000) }).split('\r\n'))
    assert.ok(line.length <= 510);
});

test('formatReply() writes exactly the intended lines, whatever the text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
      assert.match(formatReply({ code: 550, enhanced: '5.1.1', text }), /^550 5\.1\.1 [\x20-\x7e]*\r\n$/);
    }),
  );
});

test('ReplyParser gives back what formatReply() wrote, wherever it is cut', () => {
  const wire = formatReply({ code: 250, enhanced: '2.0.0', text: ['a', 'b'] }) + formatReply({ code: 354, text: 'go' });
  for (let at = 0; at <= wire.length; at++) {
    const parser = new ReplyParser();
    const replies = [wire.slice(0, at), wire.slice(at)].flatMap((part) => parser.push(Buffer.from(part)));
    assert.deepEqual(replies, [
      { code: 250, enhanced: '2.0.0', text: ['a', 'b'] },
      { code: 354, text: ['go'] },
    ]);
    assert.equal(parser.hasUnread, false);
  }
});

test('ReplyParser reads a code alone and a reply without text', () => {
  assert.deepEqual(new ReplyParser().push(Buffer.from('250\r\n221 \r\n')), [
    { code: 250, text: [''] },
    { code: 221, text: [''] },
  ]);
});

test('ReplyParser says that octets wait behind the last reply', () => {
  const parser = new ReplyParser();
  parser.push(Buffer.from('220 go\r\n250-injec'));
  assert.equal(parser.hasUnread, true);
  const later = new ReplyParser();
  later.push(Buffer.from('220 go\r\n250-injected\r\n'));
  assert.equal(later.hasUnread, true);
});

test('ReplyParser makes control characters of a text harmless', () => {
  assert.deepEqual(new ReplyParser().push(Buffer.from('550 a\rb\x1b[31m\r\n'))[0]?.text, ['a?b?[31m']);
});

for (const [name, wire] of Object.entries({
  'no code': 'hello\r\n',
  'a code out of range': '650 x\r\n',
  'two codes in one reply': '250-a\r\n550 b\r\n',
  'a bare LF': '250 a\n',
  'a line without end': '2'.repeat(9000),
  'a long line': `250 ${'a'.repeat(9000)}\r\n`,
  'lines without end': '250-a\r\n'.repeat(300),
  'octets that are not text': '250 \xff\r\n',
})) {
  test(`ReplyParser refuses ${name}`, () => {
    assert.throws(() => new ReplyParser().push(Buffer.from(wire, 'latin1')), ReplySyntaxError);
  });
}

test('parseExtensions() reads the answer to EHLO', () => {
  const found = parseExtensions({
    code: 250,
    text: ['mx.example hello', 'SIZE 1000', 'starttls', '8BITMIME', 'AUTH PLAIN LOGIN', '??'],
  });
  assert.equal(found.domain, 'mx.example');
  assert.equal(found.sizeOctets, 1000);
  assert.deepEqual([found.startTls, found.eightBitMime, found.pipelining, found.dsn], [true, true, false, false]);
  assert.deepEqual(found.keywords.get('AUTH'), ['PLAIN', 'LOGIN']);
});

test('parseExtensions() takes SIZE 0 and SIZE alone as no limit', () => {
  assert.equal(parseExtensions({ code: 250, text: ['a', 'SIZE 0'] }).sizeOctets, null);
  assert.equal(parseExtensions({ code: 250, text: ['a', 'SIZE'] }).sizeOctets, null);
});
