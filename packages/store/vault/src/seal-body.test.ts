import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import type { SpoolId, TenantId } from '@sekisho/terms';
import fc from 'fast-check';
import { SealBrokenError } from './errors.ts';
import { bodyAad, openBody, SEAL_OCTETS, sealBody } from './seal-body.ts';

const key = randomBytes(32);
const octets = (maxLength: number) => fc.uint8Array({ maxLength }).map((list) => Buffer.from(list));

test('openBody() gives back what sealBody() took, 28 octets shorter', () => {
  fc.assert(
    fc.property(octets(300), octets(40), (plain, aad) => {
      const sealed = sealBody(key, aad, plain);
      assert.equal(sealed.length, plain.length + SEAL_OCTETS);
      assert.deepEqual(openBody(key, aad, sealed), plain);
    }),
  );
});

test('openBody() refuses a body with any bit changed', () => {
  const aad = Buffer.from('aad');
  fc.assert(
    fc.property(octets(64), fc.nat(), fc.nat(7), (plain, at, bit) => {
      const sealed = sealBody(key, aad, plain);
      sealed[at % sealed.length]! ^= 1 << bit;
      assert.throws(() => openBody(key, aad, sealed), SealBrokenError);
    }),
  );
});

test('openBody() refuses a body cut at any place', () => {
  const sealed = sealBody(key, Buffer.alloc(0), Buffer.from('Dear Hanako'));
  for (let end = 0; end < sealed.length; end += 1) {
    assert.throws(() => openBody(key, Buffer.alloc(0), sealed.subarray(0, end)), SealBrokenError);
  }
});

test('bodyAad() differs when tenant, spool id or digest does, wherever the border between them lies', () => {
  const id = '000000000000001' as SpoolId;
  const sha256 = Buffer.alloc(32, 1);
  const forms = [
    bodyAad('tenant0000000a' as TenantId, id, sha256),
    bodyAad('tenant0000000b' as TenantId, id, sha256),
    bodyAad('tenant0000000a' as TenantId, '000000000000002' as SpoolId, sha256),
    bodyAad('tenant0000000a0' as TenantId, '00000000000001' as SpoolId, sha256),
    bodyAad('tenant0000000a' as TenantId, id, Buffer.alloc(32, 2)),
  ];
  assert.equal(new Set(forms.map((one) => one.toString('hex'))).size, forms.length);
});

test('sealBody() never gives the same octets twice', () => {
  const plain = Buffer.from('the same');
  assert.notDeepEqual(sealBody(key, plain, plain), sealBody(key, plain, plain));
});
