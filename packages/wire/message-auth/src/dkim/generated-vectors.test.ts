import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { zoneResolver } from '@sekisho/ports';
import { fakeClock } from '@sekisho/ports/testing';
import type { DkimResult } from '../results.ts';
import { verifyDkim } from './verify-dkim.ts';

const FOLDER = new URL('../../../../../fixtures/mail/dkim-generated/', import.meta.url);

function readJson<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8')) as T;
}

function summary(results: readonly DkimResult[]): string {
  const other = results.find(({ result }) => result !== 'pass');
  if (results.length === 0) return 'none';
  return other ? other.result : results.some(({ partial }) => partial) ? 'pass-partial' : 'pass';
}

test('verifyDkim() answers all 47 generated vectors', async () => {
  const texts = Object.entries(readJson<Record<string, string>>('dns.json'));
  const resolver = zoneResolver(Object.fromEntries(texts.map(([name, text]) => [name, { TXT: [[text]] }])));
  const expected = Object.entries(readJson<Record<string, { result: string }>>('expected.json'));
  const answers = await Promise.all(
    expected.map(async ([file]) => {
      const results = await verifyDkim(readFileSync(new URL(file, FOLDER)), { resolver, clock: fakeClock() });
      return [file, summary(results)];
    }),
  );
  assert.deepEqual(
    Object.fromEntries(answers),
    Object.fromEntries(expected.map(([file, { result }]) => [file, result])),
  );
  assert.equal(answers.length, 47);
});
