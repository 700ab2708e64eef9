import assert from 'node:assert/strict';
import { test } from 'node:test';
import { authFacts } from './auth-facts.ts';
import { readAuthFacts } from './read-auth-facts.ts';
import type { AuthResult } from './results.ts';

const result: AuthResult = {
  spf: { result: 'softfail', domain: 'example.jp', identity: 'helo', mechanism: '~all' },
  dkim: [
    {
      result: 'pass',
      domain: 'example.jp',
      selector: 's',
      identity: '@example.jp',
      algorithm: 'rsa-sha256',
      signature: 'AAAA',
      keyBits: 2048,
      partial: true,
      unsignedOctets: 7,
    },
  ],
  dmarc: { result: 'none', reason: 'no policy published', domains: ['example.jp'], alignedSpf: false, alignedDkim: [] },
  arc: { result: 'pass', instance: 1, sealers: ['relay.example'] },
};

test('readAuthFacts() gives back what authFacts() was given, other facts aside', () => {
  const facts = [{ name: 'message/size', value: 1 }, ...authFacts(result)];
  assert.deepEqual(readAuthFacts(JSON.parse(JSON.stringify(facts))), result);
});

test('readAuthFacts() refuses facts that are missing or of another shape', () => {
  const facts = authFacts(result);
  assert.equal(readAuthFacts(facts.slice(1)), null);
  for (const value of [null, 'pass', [], { result: 'pass' }, { ...result.dmarc, result: 'maybe' }])
    assert.equal(
      readAuthFacts([...facts.filter(({ name }) => name !== 'auth/dmarc'), { name: 'auth/dmarc', value }]),
      null,
    );
});
