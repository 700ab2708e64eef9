import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dottedAddress, isInNetwork, parseClientAddress, parseIpAddress, reverseName } from './ip-address.ts';

test('parseIpAddress() reads IPv4 and every spelling of IPv6', () => {
  const hex = (text: string) => parseIpAddress(text)?.toString('hex');
  assert.equal(hex('192.0.2.1'), 'c0000201');
  assert.equal(hex('::'), '0'.repeat(32));
  assert.equal(hex('::1'), `${'0'.repeat(31)}1`);
  assert.equal(hex('2001:db8::'), '20010db8000000000000000000000000');
  assert.equal(hex('2001:DB8:0:0:8:800:200C:417A'), '20010db80000000000080800200c417a');
  assert.equal(hex('64:ff9b::192.0.2.33'), '0064ff9b0000000000000000c0000221');
  assert.equal(hex('1:2:3:4:5:6:7::'), '00010002000300040005000600070000');
  assert.equal(hex('fe80::1%eth0'), 'fe800000000000000000000000000001');
});

test('parseIpAddress() refuses what is none', () => {
  for (const text of ['', '1.2.3', '1.2.3.256', '::g', '1:2', 'example.jp', ' 1.2.3.4'])
    assert.equal(parseIpAddress(text), null, text);
});

test('parseClientAddress() takes a mapped address as IPv4', () => {
  assert.equal(parseClientAddress('::ffff:192.0.2.1')?.join('.'), '192.0.2.1');
  assert.equal(parseClientAddress('::ffff:c000:201')?.join('.'), '192.0.2.1');
  assert.equal(parseClientAddress('::192.0.2.1')?.length, 16);
});

test('isInNetwork() compares bits of one family', () => {
  const within = (ip: string, network: string, prefix: number) =>
    isInNetwork(parseIpAddress(ip)!, parseIpAddress(network)!, prefix);
  assert.ok(within('192.0.2.129', '192.0.2.128', 25));
  assert.ok(!within('192.0.2.127', '192.0.2.128', 25));
  assert.ok(within('10.0.0.1', '192.0.2.1', 0));
  assert.ok(!within('192.0.2.2', '192.0.2.1', 32));
  assert.ok(within('2001:db8:ffff::1', '2001:db8::', 32));
  assert.ok(!within('::ffff:192.0.2.1', '192.0.2.1', 0));
});

test('reverseName() and dottedAddress() write octets or nibbles', () => {
  assert.equal(reverseName(parseIpAddress('192.0.2.1')!), '1.2.0.192.in-addr.arpa');
  assert.match(reverseName(parseIpAddress('2001:db8::1')!), /^1\.(0\.){23}8\.b\.d\.0\.1\.0\.0\.2\.ip6\.arpa$/);
  assert.equal(dottedAddress(parseIpAddress('192.0.2.1')!), '192.0.2.1');
});
