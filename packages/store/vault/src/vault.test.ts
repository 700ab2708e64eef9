import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import type { TenantId } from '@sekisho/terms';
import { recordKey } from './derive-key.ts';
import { RootKeyError, SealBrokenError } from './errors.ts';
import { SEALED_SEGMENT_KEY_OCTETS, sealSegmentKey } from './seal-segment-key.ts';
import { testRootKey, testVault } from './testing.ts';
import { Vault } from './vault.ts';
import { unwrapKey, WRAPPED_KEY_OCTETS, wrapKey } from './wrap-key.ts';

const ours = 'tenant0000000a' as TenantId;
const theirs = 'tenant0000000b' as TenantId;

test('Vault opens the tenant key that it made', () => {
  const { key, wrapped } = testVault().newTenantKey(ours);
  assert.equal(wrapped.length, WRAPPED_KEY_OCTETS);
  assert.deepEqual(testVault().unwrapTenantKey(ours, wrapped), key);
});

test('Vault refuses the wrapped key of one tenant as that of another', () => {
  const { wrapped } = testVault().newTenantKey(ours);
  assert.throws(() => testVault().unwrapTenantKey(theirs, wrapped), SealBrokenError);
});

test('Vault refuses a tenant key of another root', () => {
  const { wrapped } = testVault().newTenantKey(ours);
  assert.throws(() => testVault('other').unwrapTenantKey(ours, wrapped), SealBrokenError);
});

test('rewrapTenantKey() moves a tenant key under a new root, unchanged', () => {
  const before = testVault('before');
  const after = testVault('after');
  const { key, wrapped } = before.newTenantKey(ours);
  const moved = after.rewrapTenantKey(ours, wrapped, before);
  assert.deepEqual(after.unwrapTenantKey(ours, moved), key);
  assert.throws(() => before.unwrapTenantKey(ours, moved), SealBrokenError);
  assert.throws(() => after.rewrapTenantKey(theirs, wrapped, before), SealBrokenError);
});

test('unwrapKey() refuses other associated data', () => {
  const kek = randomBytes(32);
  const wrapped = wrapKey(kek, randomBytes(32), Buffer.from('tenant a, message 1'));
  assert.throws(() => unwrapKey(kek, wrapped, Buffer.from('tenant b, message 1')), SealBrokenError);
});

test('wrapKey() refuses what is no key', () => {
  assert.throws(() => wrapKey(randomBytes(32), randomBytes(16), Buffer.alloc(0)), RangeError);
});

test('Vault opens a segment key that was sealed with the public key alone', () => {
  const vault = testVault();
  const key = randomBytes(32);
  const sealed = sealSegmentKey(vault.spoolPublicKey, key);
  assert.equal(sealed.length, SEALED_SEGMENT_KEY_OCTETS);
  assert.deepEqual(vault.openSegmentKey(sealed), key);
});

test('Vault refuses a segment key that was changed, sealed for another root, or for another header', () => {
  const vault = testVault();
  const sealed = sealSegmentKey(vault.spoolPublicKey, randomBytes(32), Buffer.from('segment 1'));
  for (let at = 0; at < sealed.length; at += 1) {
    const changed = Buffer.from(sealed);
    changed[at]! ^= 1;
    assert.throws(() => vault.openSegmentKey(changed, Buffer.from('segment 1')), SealBrokenError, `octet ${at}`);
  }
  assert.throws(() => vault.openSegmentKey(sealed, Buffer.from('segment 2')), SealBrokenError);
  assert.throws(() => testVault('other').openSegmentKey(sealed, Buffer.from('segment 1')), SealBrokenError);
  assert.throws(() => vault.openSegmentKey(sealed.subarray(1), Buffer.from('segment 1')), SealBrokenError);
});

test('Vault opens segment keys from before a rotation while it has the former root', () => {
  const key = randomBytes(32);
  const sealed = sealSegmentKey(testVault('before').spoolPublicKey, key);
  const rotated = new Vault(testRootKey('after'), { former: [testRootKey('before')] });
  assert.deepEqual(rotated.openSegmentKey(sealed), key);
  assert.deepEqual(rotated.spoolPublicKey, testVault('after').spoolPublicKey);
  assert.throws(() => testVault('after').openSegmentKey(sealed), SealBrokenError);
});

test('Vault derives the same keys from the same root, and different ones for each purpose', () => {
  const one = testVault();
  const again = testVault();
  assert.deepEqual(one.spoolPublicKey, again.spoolPublicKey);
  assert.deepEqual(one.installationDatabaseKey(), again.installationDatabaseKey());
  assert.notDeepEqual(one.installationDatabaseKey(), testRootKey());
  assert.notDeepEqual(one.installationDatabaseKey(), testVault('other').installationDatabaseKey());
});

test('Vault refuses a root key that is not 32 octets', () => {
  assert.throws(() => new Vault(Buffer.alloc(16)), RootKeyError);
  assert.throws(() => new Vault(testRootKey(), { former: [Buffer.alloc(0)] }), RootKeyError);
});

test('recordKey() is HMAC-SHA256 of the spool id (RFC 4231, test case 2)', () => {
  assert.equal(
    recordKey(Buffer.from('Jefe'), 'what do ya want for nothing?').toString('hex'),
    '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
  );
});
