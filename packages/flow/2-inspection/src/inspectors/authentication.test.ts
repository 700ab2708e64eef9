import assert from 'node:assert/strict';
import { test } from 'node:test';
import { zoneResolver } from '@sekisho/ports';
import { factsNamed, fixture, inspectMail, testEnvelope } from '../testing/inspect-mail.ts';

const dns = JSON.parse(fixture('dkim-generated/dns.json').toString('utf8')) as Record<string, string>;
const zones = Object.fromEntries(
  Object.entries(dns).map(([name, text]) => [name.toLowerCase().replace(/\.$/, ''), { TXT: [[text]] }]),
);
const raw = fixture('dkim-generated/ok-relaxed-relaxed.eml');

test('authentication reports SPF, DKIM, DMARC and ARC of a reception', async () => {
  const { facts } = await inspectMail(raw, { resolver: zoneResolver(zones) });
  const names = facts.map((fact) => fact.name).filter((name) => name.startsWith('auth/'));
  assert.deepEqual(names, ['auth/spf', 'auth/dkim', 'auth/dmarc', 'auth/arc']);
  const [signatures] = factsNamed(facts, 'auth/dkim') as [{ result: string }[]];
  assert.deepEqual(
    signatures.map((signature) => signature.result),
    ['pass'],
  );
});

test('authentication does not judge submissions', async () => {
  const { facts } = await inspectMail(raw, { envelope: testEnvelope({ direction: 'submission' }) });
  assert.deepEqual(
    facts.filter((fact) => fact.name.startsWith('auth/')),
    [],
  );
});
