import assert from 'node:assert/strict';
import { BlockList, isIPv6 } from 'node:net';
import { test } from 'node:test';
import fc from 'fast-check';
import { Networks } from './networks.ts';

test('find() gives what there is for an address, the narrowest range first', () => {
  const networks = new Networks([
    { cidr: '192.0.2.0/24', entry: 'wide' },
    { cidr: '192.0.2.7/32', entry: 'one' },
    { cidr: '192.0.2.7/32', entry: 'shared' },
    { cidr: '2001:db8::/32', entry: 'six' },
    { cidr: '::1/128', entry: 'loopback' },
  ]);
  assert.deepEqual(networks.find('192.0.2.7'), ['one', 'shared', 'wide']);
  assert.deepEqual(networks.find('192.0.2.8'), ['wide']);
  assert.deepEqual(networks.find('192.0.3.7'), []);
  assert.deepEqual(networks.find('2001:db8:ffff::1'), ['six']);
  assert.deepEqual(networks.find('2001:db9::'), []);
  assert.deepEqual(networks.find('::1'), ['loopback']);
  assert.deepEqual(networks.find('0.0.0.1'), []);
});

test('find() agrees with BlockList on every address and range', () => {
  const cidr = fc.oneof(
    fc.tuple(fc.ipV4(), fc.integer({ min: 0, max: 32 })),
    fc.tuple(fc.ipV6(), fc.integer({ min: 0, max: 128 })),
  );
  fc.assert(
    fc.property(cidr, fc.oneof(fc.ipV4(), fc.ipV6()), fc.boolean(), ([range, bits], other, isSame) => {
      const ip = isSame ? range : other;
      const list = new BlockList();
      list.addSubnet(range, bits, isIPv6(range) ? 'ipv6' : 'ipv4');
      const isIn = isIPv6(range) === isIPv6(ip) && list.check(ip, isIPv6(ip) ? 'ipv6' : 'ipv4');
      assert.equal(new Networks([{ cidr: `${range}/${bits}`, entry: 1 }]).find(ip).length === 1, isIn);
    }),
    { numRuns: 300 },
  );
});

test('a thousand tenants’ ranges cost an address no more than one', () => {
  const ranges = Array.from({ length: 20_000 }, (_, i) => ({ cidr: `10.${i >> 8}.${i & 255}.7/32`, entry: i }));
  const networks = new Networks(ranges);
  const started = performance.now();
  for (let i = 0; i < 10_000; i++) assert.equal(networks.find('10.3.5.7')[0], 3 * 256 + 5);
  assert.ok(performance.now() - started < 1000);
});
