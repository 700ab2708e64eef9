import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { canonicalDomain } from '../domain-name.ts';
import { organisationalDomain } from './organisational-domain.ts';

/** Two lists are never of one day: entries come and go. */
const RULES_OF_ANOTHER_DAY = 20;

test('organisationalDomain() follows the rules of the Public Suffix List', () => {
  const corpora = process.env['SEKISHO_CORPORA'];
  assert.ok(corpora, 'SEKISHO_CORPORA must name the folder of the corpora');
  const lines = readFileSync(join(corpora, 'psl', 'public_suffix_list.dat'), 'utf8').split('\n');
  const rules = lines.map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('//'));
  const faults = rules.filter((rule) => {
    const suffix = canonicalDomain(rule.replace(/^!/, '').replace(/^\*/, 'any'))!;
    const registered = rule.startsWith('!') ? suffix : `registered.${suffix}`;
    return organisationalDomain(`mail.${registered}`) !== registered;
  });
  assert.ok(rules.length > 9000);
  assert.ok(faults.length <= RULES_OF_ANOTHER_DAY, faults.join(', '));
});
