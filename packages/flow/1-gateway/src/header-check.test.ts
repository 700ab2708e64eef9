import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkHeader } from './header-check.ts';

const LIMITS = { headerOctets: 2000, receivedFields: 3 };
const check = (text: string, size = text.length) => {
  const octets = Buffer.from(text);
  const parts: Buffer[] = [];
  for (let at = 0; at < octets.length; at += size) parts.push(octets.subarray(at, at + size));
  return checkHeader(parts, LIMITS);
};
const received = (count: number) => 'Received: from a.example by b.example; now\r\n'.repeat(count);

test('checkHeader() counts Received fields of the header section only', () => {
  for (const size of [1, 7, 1000]) {
    assert.equal(check(`${received(3)}\r\n${received(9)}`, size), 'ok');
    assert.equal(check(`${received(4)}\r\nx`, size), 'loop');
  }
});

test('checkHeader() knows Received in any case and with white space before the colon', () => {
  assert.equal(check(`${received(2)}RECEIVED: x\r\nreceived\t: x\r\n\r\n`), 'loop');
  assert.equal(check(`${received(2)}X-Received: x\r\nReceived-SPF: x\r\n received: x\r\n\r\n`), 'ok');
});

test('checkHeader() says when the section has not ended, and when it is too long', () => {
  assert.equal(check('A: b\r\n'), 'open');
  assert.equal(check(''), 'open');
  assert.equal(check('\r\nbody'), 'ok');
  assert.equal(check(`A: ${'x'.repeat(1998)}\r\n\r\n`), 'header-too-big');
  assert.equal(check(`A: ${'x'.repeat(1997)}\r\n\r\n`, 10), 'ok');
});
