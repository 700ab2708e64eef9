import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { zoneResolver } from '@sekisho/ports';
import { scanHeader } from '../header/scan-header.ts';
import { compareWithMailauth } from '../testing/mailauth-oracle.ts';
import { mailsBelow, mutatedSample } from '../testing/signed-samples.ts';
import { TestSigner } from '../testing/test-signer.ts';

const FIXTURES = new URL('../../../../../fixtures/mail', import.meta.url).pathname;
/** mailauth's time grows with the square of the header lines; what ours does has a test of its own. */
const LARGE_HEADER = 100_000;
const NOW = Date.UTC(2026, 10, 20);
const signer = await TestSigner.create('signer.example');
const vectors = JSON.parse(readFileSync(`${FIXTURES}/dkim-generated/dns.json`, 'utf8')) as Record<string, string>;
const resolver = zoneResolver({
  ...signer.zones,
  'revoked._domainkey.signer.example': { TXT: [['v=DKIM1; p=']] },
  ...Object.fromEntries(Object.entries(vectors).map(([name, text]) => [name, { TXT: [[text]] }])),
});

test('verifyDkim() agrees with mailauth over 600 damaged messages, known differences aside', async () => {
  const faults: string[] = [];
  const outcomes = new Set<string>();
  for (let seed = 0; seed < 600; seed++) {
    const { raw, how } = mutatedSample(signer, seed);
    const { unexplained, results } = await compareWithMailauth(raw, resolver, NOW);
    faults.push(...unexplained.map((fault) => `${seed} (${how}): ${fault}`));
    for (const result of results) outcomes.add(result);
  }
  assert.deepEqual(faults, []);
  assert.deepEqual([...outcomes].sort(), ['fail', 'pass', 'permerror']);
});

test('verifyDkim() agrees with mailauth over every fixture mail as it is', async () => {
  const faults: string[] = [];
  for (const { file, raw } of mailsBelow(FIXTURES)) {
    if (scanHeader(raw).bodyStart > LARGE_HEADER) continue;
    const { unexplained } = await compareWithMailauth(raw, resolver, NOW);
    faults.push(...unexplained.map((fault) => `${file}: ${fault}`));
  }
  assert.deepEqual(faults, []);
});

test('verifyDkim() passes every fixture mail that is signed anew, and so does mailauth', async () => {
  const faults: string[] = [];
  let seed = 0;
  for (const { file, raw } of mailsBelow(FIXTURES)) {
    const { fields, bodyStart } = scanHeader(raw);
    if (bodyStart > LARGE_HEADER || !fields.some(({ name }) => name === 'from') || !/^[!-~]+$/.test(fields[0]!.name))
      continue;
    const way = (bit: number) => (seed & bit ? 'relaxed' : 'simple');
    const signed = signer.sign(raw, { header: way(1), body: way(2), names: ['From', 'Subject'] });
    const { unexplained, results } = await compareWithMailauth(signed, resolver, NOW);
    if (unexplained.length > 0 || results[0] !== 'pass') faults.push(`${file}: ${results[0]} ${unexplained.join()}`);
    seed++;
  }
  assert.deepEqual(faults, []);
  assert.ok(seed > 150);
});
