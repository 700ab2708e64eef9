import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import { createSecureContext } from 'node:tls';
import { selfSigned } from './self-signed.ts';

test('selfSigned() makes a certificate that TLS takes', () => {
  const made = selfSigned('mx.example');
  const certificate = new X509Certificate(made.cert);
  assert.equal(certificate.checkHost('mx.example'), 'mx.example');
  assert.equal(certificate.verify(certificate.publicKey), true);
  assert.doesNotThrow(() => createSecureContext(made));
});
