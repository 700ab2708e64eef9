import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addressGroup, isInNetworks, parseNetworks, plainAddress } from './networks.ts';

test('addressGroup() keeps IPv4 addresses apart and puts an IPv6 /64 together', () => {
  assert.equal(addressGroup('192.0.2.1'), '192.0.2.1');
  for (const ip of ['2001:db8:1:2::1', '2001:DB8:1:2:3:4:5:6', '2001:db8:1:2::']) {
    assert.equal(addressGroup(ip), '2001:db8:1:2::/64');
  }
  assert.equal(addressGroup('::1'), '0:0:0:0::/64');
  assert.equal(addressGroup('2001:db8::5:6:7:8'), '2001:db8:0:0::/64');
});

test('plainAddress() unwraps IPv4 in IPv6', () => {
  assert.equal(plainAddress('::ffff:192.0.2.1'), '192.0.2.1');
  assert.equal(plainAddress('fe80::1%eth0'), 'fe80::1');
});

test('parseNetworks() reads addresses and networks of both families', () => {
  const list = parseNetworks(['192.0.2.0/24', '198.51.100.7', '2001:db8::/32']);
  for (const ip of ['192.0.2.200', '198.51.100.7', '2001:db8:5::1']) assert.equal(isInNetworks(list, ip), true, ip);
  for (const ip of ['192.0.3.1', '198.51.100.8', '2001:db9::1', '']) assert.equal(isInNetworks(list, ip), false, ip);
});

test('parseNetworks() refuses what is no network', () => {
  for (const text of ['', 'a.example', '192.0.2.0/33', '192.0.2.0/', '2001:db8::/129', '192.0.2.0/-1'])
    assert.throws(() => parseNetworks([text]), { id: 'network-syntax' }, text);
});
