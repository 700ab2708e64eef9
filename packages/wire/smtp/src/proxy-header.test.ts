import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ProxyHeaderError } from './errors.ts';
import { parseProxyHeader } from './proxy-header.ts';

const header = (command: number, family: number, rest: string) => {
  const variable = Buffer.from(rest, 'hex');
  const fixed = Buffer.from('0d0a0d0a000d0a515549540a00000000', 'hex');
  fixed[12] = 0x20 | command;
  fixed[13] = family;
  fixed.writeUInt16BE(variable.length, 14);
  return Buffer.concat([fixed, variable]);
};
const V4 = 'c0000201c0000202303900190400020000';
const V6 = `20010db8000000000000000000000001${'0'.repeat(32)}30390019`;

test('parseProxyHeader() reads a client of IPv4 and passes over extensions', () => {
  assert.deepEqual(parseProxyHeader(header(1, 0x11, V4)), {
    lengthOctets: 33,
    source: { ip: '192.0.2.1', port: 12345 },
  });
});

test('parseProxyHeader() reads a client of IPv6', () => {
  assert.deepEqual(parseProxyHeader(header(1, 0x21, V6))?.source, { ip: '2001:db8::1', port: 12345 });
});

test('parseProxyHeader() reads the proxy that speaks for itself', () => {
  assert.deepEqual(parseProxyHeader(header(0, 0, '')), { lengthOctets: 16, source: null });
});

test('parseProxyHeader() waits for the rest, octet by octet', () => {
  const whole = header(1, 0x11, V4);
  for (let at = 0; at < whole.length; at++) assert.equal(parseProxyHeader(whole.subarray(0, at)), null);
});

for (const [name, octets] of Object.entries({
  'a client that speaks SMTP': Buffer.from('EHLO a\r\n'),
  'version 1': Buffer.from('PROXY TCP4 '),
  'an unknown command': header(2, 0x11, V4),
  UDP: header(1, 0x12, V4),
  'addresses cut short': header(1, 0x11, 'c0000201'),
  'an unbounded length': Buffer.from('0d0a0d0a000d0a515549540a2111ffff', 'hex'),
})) {
  test(`parseProxyHeader() refuses ${name}`, () => assert.throws(() => parseProxyHeader(octets), ProxyHeaderError));
}
