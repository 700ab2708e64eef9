import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { DnsError, type Resolver } from '@sekisho/ports';
import { fakeClock } from '@sekisho/ports/testing';
import { parseAllDocuments } from 'yaml';
import { checkSpf } from './check-spf.ts';

type Entry = 'TIMEOUT' | Readonly<Record<string, unknown>>;

interface Scenario {
  readonly description: string;
  readonly tests: Readonly<Record<string, Case>>;
  readonly zonedata: Readonly<Record<string, readonly Entry[]>>;
}

interface Case {
  readonly helo: string;
  readonly host: string;
  readonly mailfrom: string;
  readonly result: string | readonly string[];
  readonly explanation?: string;
}

/**
 * DNS as the suite describes it: "TIMEOUT" fails what no entry above it answers, SPF entries are TXT records where a
 * name has no TXT of its own, CNAMEs are followed.
 */
function suiteResolver(zonedata: Scenario['zonedata']): Resolver {
  const zone = new Map(Object.entries(zonedata).map(([name, entries]) => [name.toLowerCase(), entries]));
  return {
    async resolve(name, type) {
      let entries = zone.get(name.toLowerCase().replace(/\.$/, ''));
      const alias = entries?.find((entry) => entry !== 'TIMEOUT' && 'CNAME' in entry) as { CNAME: string } | undefined;
      if (alias) entries = zone.get(alias.CNAME.toLowerCase());
      if (!entries) throw new DnsError('ENOTFOUND', name, type);
      const ownText = entries.some((entry) => entry !== 'TIMEOUT' && 'TXT' in entry);
      const answers: unknown[] = [];
      for (const entry of entries) {
        if (entry === 'TIMEOUT') {
          if (answers.length > 0) break;
          throw new DnsError('ETIMEOUT', name, type);
        }
        const value = entry[type] ?? (type === 'TXT' && !ownText ? entry['SPF'] : undefined);
        if (value === undefined || value === 'NONE') continue;
        if (value === 'TIMEOUT') throw new DnsError('ETIMEOUT', name, type);
        if (type === 'TXT') answers.push(Array.isArray(value) ? value : [value]);
        else if (type === 'MX') answers.push({ priority: (value as unknown[])[0], exchange: (value as unknown[])[1] });
        else answers.push(value);
      }
      if (answers.length === 0) throw new DnsError('ENODATA', name, type);
      return answers;
    },
  };
}

function splitPath(path: string) {
  const at = path.lastIndexOf('@');
  return path === '' ? null : { localPart: path.slice(0, Math.max(at, 0)), domain: path.slice(at + 1) };
}

test('checkSpf() answers the RFC 7208 test suite: 203 of 203', async () => {
  const corpora = process.env['SEKISHO_CORPORA'];
  assert.ok(corpora, 'SEKISHO_CORPORA must name the folder of the corpora');
  const text = readFileSync(join(corpora, 'spf', 'rfc7208-tests.yml'), 'latin1');
  const faults: string[] = [];
  let count = 0;
  for (const document of parseAllDocuments(text)) {
    const scenario = document.toJS() as Scenario | null;
    if (!scenario) continue;
    const resolver = suiteResolver(scenario.zonedata);
    for (const [name, { helo, host, mailfrom, result, explanation }] of Object.entries(scenario.tests)) {
      count++;
      const client = { ip: String(host), ehlo: helo, reversePath: splitPath(mailfrom) };
      const answer = await checkSpf(client, { resolver, clock: fakeClock(), authservId: 'receiver.example' });
      if (![result].flat().includes(answer.result)) faults.push(`${name}: ${answer.result}, not ${result}`);
      // Only here do letters of nibbles matter: RFC 7208 §7.4 shows them small, the suite large.
      const explained = (answer.explanation ?? 'DEFAULT').toLowerCase();
      if (answer.result === 'fail' && explanation && explained !== explanation.toLowerCase())
        faults.push(`${name}: explains "${answer.explanation}", not "${explanation}"`);
    }
  }
  assert.deepEqual(faults, []);
  assert.equal(count, 203);
});
