import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LineSplitter } from './line-splitter.ts';

function linesOf(splitter: LineSplitter): unknown[] {
  const lines: unknown[] = [];
  for (let line = splitter.next(); line !== null; line = splitter.next())
    lines.push(typeof line === 'string' ? line : line.fault);
  return lines;
}

test('LineSplitter gives several lines of one chunk and keeps the rest', () => {
  const splitter = new LineSplitter(100);
  splitter.push(Buffer.from('EHLO a\r\nMAIL'));
  assert.deepEqual(linesOf(splitter), ['EHLO a']);
  assert.equal(splitter.unreadOctets, 4);
  splitter.push(Buffer.from(' FROM:<>\r\n'));
  assert.deepEqual(linesOf(splitter), ['MAIL FROM:<>']);
  assert.equal(splitter.unreadOctets, 0);
});

test('LineSplitter puts lines together octet by octet', () => {
  const splitter = new LineSplitter(100);
  const lines = [...'NOOP\r\nQUIT\r\n'].flatMap((octet) => {
    splitter.push(Buffer.from(octet));
    return linesOf(splitter);
  });
  assert.deepEqual(lines, ['NOOP', 'QUIT']);
});

test('LineSplitter reports a LF without CR', () => {
  const splitter = new LineSplitter(100);
  splitter.push(Buffer.from('\nNOOP\nQUIT\r\n'));
  assert.deepEqual(linesOf(splitter), ['bare-lf', 'bare-lf', 'QUIT']);
});

test('LineSplitter holds no more than one line of a line without end', () => {
  const splitter = new LineSplitter(64);
  for (let n = 0; n < 1000; n++) {
    splitter.push(Buffer.alloc(50, 'a'));
    assert.equal(splitter.next(), null);
    assert.ok(splitter.unreadOctets < 64 + 50);
  }
  splitter.push(Buffer.from('a\r'));
  assert.deepEqual(linesOf(splitter), []);
  splitter.push(Buffer.from('\nNOOP\r\n'));
  assert.deepEqual(linesOf(splitter), ['too-long', 'NOOP']);
});

test('LineSplitter counts the CRLF in the limit', () => {
  const splitter = new LineSplitter(6);
  splitter.push(Buffer.from('NOOP\r\nNOOP \r\n'));
  assert.deepEqual(linesOf(splitter), ['NOOP', 'too-long']);
});

test('LineSplitter decodes UTF-8 and reports what is none', () => {
  const splitter = new LineSplitter(100);
  splitter.push(Buffer.concat([Buffer.from('太郎\r\n'), Buffer.from([0xff, 13, 10])]));
  assert.deepEqual(linesOf(splitter), ['太郎', 'not-utf8']);
});

test('LineSplitter hands over what is unread', () => {
  const splitter = new LineSplitter(100);
  splitter.push(Buffer.from('DATA\r\nSubject: x\r\n'));
  splitter.next();
  assert.equal(splitter.take().toString(), 'Subject: x\r\n');
  assert.equal(splitter.unreadOctets, 0);
});
