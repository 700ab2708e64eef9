import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GuardedAddressError } from '../errors.ts';
import { anyAddress, guarded, onlyLoopback } from './guard.ts';

for (const address of ['127.0.0.1', '127.255.255.254', '::1', '0:0:0:0:0:0:0:1', '::ffff:127.0.0.1']) {
  test(`onlyLoopback allows ${address}`, () => assert.equal(guarded(onlyLoopback, address), address));
}

for (const address of [
  '192.0.2.1',
  '10.0.0.1',
  '0.0.0.0',
  '128.0.0.1',
  '2001:db8::1',
  '::',
  '::ffff:192.0.2.1',
  'fe80::1',
  '127.0.0.1.example.jp',
  'localhost',
  '0x7f.1',
  '127.1',
  '2130706433',
  '',
]) {
  test(`onlyLoopback refuses "${address}"`, () =>
    assert.throws(() => guarded(onlyLoopback, address), GuardedAddressError));
}

test('anyAddress refuses names, which would be looked up again', () => {
  assert.throws(() => guarded(anyAddress, 'mx.example.jp'), GuardedAddressError);
  assert.equal(guarded(anyAddress, '192.0.2.1'), '192.0.2.1');
});
