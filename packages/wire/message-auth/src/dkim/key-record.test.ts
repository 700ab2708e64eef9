import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { parseKeyRecord } from './key-record.ts';

const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey;
const spki = rsa.export({ type: 'spki', format: 'der' }).toString('base64');
const pkcs1 = rsa.export({ type: 'pkcs1', format: 'der' }).toString('base64');
const ed = generateKeyPairSync('ed25519')
  .publicKey.export({ type: 'spki', format: 'der' })
  .subarray(-32)
  .toString('base64');

test('parseKeyRecord() reads both forms of RSA keys, and Ed25519', () => {
  for (const text of [
    `v=DKIM1; p=${spki}`,
    `p=${pkcs1}`,
    `v=DKIM1;k=RSA;h=sha1:sha256;s=email;p=${spki};`,
    `p=${spki.replace(/.{60}/g, '$& ')}`,
  ]) {
    const key = parseKeyRecord(text);
    assert.ok('key' in key, text);
    assert.equal(key.type, 'rsa');
    assert.equal(key.bits, 1024);
  }
  assert.ok('key' in parseKeyRecord(`v=DKIM1; k=ed25519; p=${ed}`));
});

test('parseKeyRecord() reads the flags', () => {
  const key = parseKeyRecord(`t=y:s; p=${spki}`);
  assert.ok('key' in key && key.testing && key.strictIdentity);
});

test('parseKeyRecord() says why a key cannot be used, and never throws', () => {
  const short = generateKeyPairSync('rsa', { modulusLength: 512 }).publicKey.export({ type: 'spki', format: 'der' });
  for (const [text, why] of [
    ['v=DKIM1; p=', 'key revoked'],
    ['v=DKIM1', 'malformed key'],
    [`v=DKIM2; p=${spki}`, 'unknown version of key record'],
    [`p=${spki}; v=DKIM1`, 'unknown version of key record'],
    [`h=sha1; p=${spki}`, 'key is not for sha256'],
    [`s=tlsrpt; p=${spki}`, 'key is not for mail'],
    [`k=dsa; p=${spki}`, 'unknown type of key'],
    [`k=ed25519; p=${spki}`, 'malformed key'],
    [`k=rsa; p=${ed}`, 'malformed key'],
    ['p=!!!', 'malformed key'],
    ['p=MAo=', 'malformed key'],
    ['p=MIIB', 'malformed key'],
    [`p=${spki}; p=${spki}`, 'malformed key record: tag p= twice'],
    [`p=${short.toString('base64')}`, 'RSA key of 512 bits is too short'],
  ] as const) {
    const key = parseKeyRecord(text);
    assert.equal('unusable' in key && key.unusable, why, text);
  }
});
