import assert from 'node:assert/strict';
import { test } from 'node:test';
import { zoneResolver } from '@sekisho/ports';
import { scanHeader } from '../header/scan-header.ts';
import { compareWithMailauth } from '../testing/mailauth-oracle.ts';
import { mailsBelow, mutatedSample } from '../testing/signed-samples.ts';
import { TestSigner } from '../testing/test-signer.ts';

const NOW = Date.UTC(2026, 10, 20);
/** mailauth's time grows with the square of the header lines. */
const LARGE_HEADER = 100_000;
const signer = await TestSigner.create('signer.example');
const resolver = zoneResolver({ ...signer.zones, 'revoked._domainkey.signer.example': { TXT: [['v=DKIM1; p=']] } });

test('verifyDkim() agrees with mailauth over 10,000 damaged messages, known differences aside', async () => {
  const faults: string[] = [];
  for (let seed = 1000; seed < 11_000; seed++) {
    const { raw, how } = mutatedSample(signer, seed);
    const { unexplained } = await compareWithMailauth(raw, resolver, NOW);
    faults.push(...unexplained.map((fault) => `${seed} (${how}): ${fault}`));
  }
  assert.deepEqual(faults, []);
});

test('verifyDkim() agrees with mailauth over every mail of the corpora, as it is and signed anew', async () => {
  const corpora = process.env['SEKISHO_CORPORA'];
  assert.ok(corpora, 'SEKISHO_CORPORA must name the folder of the corpora');
  const faults: string[] = [];
  let count = 0;
  for (const { file, raw } of mailsBelow(corpora)) {
    const { fields, bodyStart } = scanHeader(raw);
    if (bodyStart > LARGE_HEADER) continue;
    count++;
    const { unexplained } = await compareWithMailauth(raw, resolver, NOW);
    faults.push(...unexplained.map((fault) => `${file}: ${fault}`));
    if (!fields.some(({ name }) => name === 'from') || !/^[!-~]+$/.test(fields[0]!.name)) continue;
    const way = (bit: number) => (count & bit ? 'relaxed' : 'simple');
    const signed = signer.sign(raw, { header: way(1), body: way(2), names: ['From', 'Subject', 'Date', 'Date'] });
    const again = await compareWithMailauth(signed, resolver, NOW);
    if (again.unexplained.length > 0 || again.results[0] !== 'pass')
      faults.push(`${file}, signed: ${again.results[0]} ${again.unexplained.join()}`);
  }
  assert.deepEqual(faults, []);
  assert.ok(count > 1000, `only ${count} mails`);
});
