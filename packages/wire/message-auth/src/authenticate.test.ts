import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { DnsError, type Resolver, zoneResolver } from '@sekisho/ports';
import { fakeClock } from '@sekisho/ports/testing';
import { authFacts } from './auth-facts.ts';
import { authenticate } from './authenticate.ts';
import { formatAuthenticationResults } from './format-authentication-results.ts';
import { mailsBelow } from './testing/signed-samples.ts';
import { TestSigner } from './testing/test-signer.ts';

const FIXTURES = new URL('../../../../fixtures/mail', import.meta.url).pathname;
const signer = await TestSigner.create('example.jp');
const zones = {
  ...signer.zones,
  'example.jp': { TXT: [['v=spf1 ip4:192.0.2.1 -all']] },
  '_dmarc.example.jp': { TXT: [['v=DMARC1; p=reject']] },
};
const mail = signer.sign(Buffer.from('From: taro@example.jp\r\nSubject: x\r\n\r\nHello\r\n'), { type: 'ed25519' });
const client = { ip: '192.0.2.1', ehlo: 'mx.example.jp', reversePath: { localPart: 'taro', domain: 'example.jp' } };

function ask(raw: Buffer, resolver: Resolver, deadlineMs = 1000) {
  return authenticate(raw, client, {
    resolver,
    clock: fakeClock(),
    authservId: 'mx.ours.example',
    limits: { deadlineMs },
  });
}

test('authenticate() says of an honest message that it passes, in facts of plain values', async () => {
  const result = await ask(mail, zoneResolver(zones));
  const facts = authFacts(result);
  assert.deepEqual(
    facts.map(({ name }) => name),
    ['auth/spf', 'auth/dkim', 'auth/dmarc', 'auth/arc'],
  );
  assert.deepEqual(JSON.parse(JSON.stringify(facts)), facts);
  assert.match(formatAuthenticationResults(result, 'mx.ours.example'), /spf=pass.*dkim=pass.*dmarc=pass.*arc=none/s);
});

test('authenticate() says of a spoofed message that it fails, and what its domain asks for', async () => {
  const { spf, dkim, dmarc } = await authenticate(
    Buffer.from('From: taro@example.jp\r\n\r\nHello\r\n'),
    { ...client, ip: '203.0.113.9' },
    { resolver: zoneResolver(zones), clock: fakeClock(), authservId: 'mx.ours.example' },
  );
  assert.deepEqual([spf.result, dkim.length, dmarc.result, dmarc.policy], ['fail', 0, 'fail', 'reject']);
});

test('authenticate() turns an outage into temporary errors', async () => {
  for (const cause of [new DnsError('ESERVFAIL', 'x', 'TXT'), new Error('out of sockets'), 'a string']) {
    const { spf, dkim, dmarc } = await ask(mail, { resolve: () => Promise.reject(cause) });
    assert.deepEqual([spf.result, dkim[0]!.result, dmarc.result], ['temperror', 'temperror', 'temperror']);
  }
});

test('authenticate() asks for everything at once, and ends at its deadline with what it knows', async () => {
  const asked: string[] = [];
  const answers = zoneResolver(zones);
  const resolver: Resolver = {
    resolve(name, type) {
      asked.push(name);
      return name.startsWith('_dmarc.') ? answers.resolve(name, type) : new Promise(() => undefined);
    },
  };
  const started = performance.now();
  const { spf, dkim, dmarc } = await ask(mail, resolver, 50);
  assert.ok(performance.now() - started < 20_000);
  assert.deepEqual(asked.sort(), ['_dmarc.example.jp', 'ed25519._domainkey.example.jp', 'example.jp']);
  assert.deepEqual([spf.result, dkim[0]!.result, dmarc.result], ['temperror', 'temperror', 'temperror']);
  assert.equal(dmarc.policy, 'reject');
});

test('authenticate() comes to an end with every fixture mail, in time', async () => {
  for (const { file, raw } of mailsBelow(FIXTURES)) {
    const started = performance.now();
    const result = await ask(raw, zoneResolver(zones));
    const text = formatAuthenticationResults(result, 'mx.ours.example');
    assert.match(text, /^[\x20-\x7e\r\n\t]+$/);
    assert.ok(performance.now() - started < 500, file);
  }
});

test('authenticate() passes no mail of two authors, or whose author readers would dispute', async () => {
  const hostile = (name: string) => readFileSync(`${FIXTURES}/hostile-generated/${name}.eml`);
  for (const name of ['two-from', 'from-multi-addr', 'from-nul-trick', 'from-encoded-addr'])
    assert.notEqual((await ask(hostile(name), zoneResolver(zones))).dmarc.result, 'pass', name);
});

test('authenticate() keeps its result small, however long the texts of others are', async () => {
  const long = 'x'.repeat(50_000);
  const raw = Buffer.concat([
    Buffer.from(`DKIM-Signature: v=1; a=${long}; d=example.jp; s=s; i=${long}@example.jp; h=from; bh=; b=A\r\n`),
    Buffer.from(`ARC-Seal: i=1; d=${long}; ${long}\r\n`),
    mail,
  ]);
  const result = await ask(raw, zoneResolver({ ...zones, 'example.jp': { TXT: [[`v=spf1 ${long}`]] } }));
  assert.ok(JSON.stringify(result).length < 5000);
});
