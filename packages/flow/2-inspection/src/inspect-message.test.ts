import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readTree } from '@sekisho/message';
import type { Envelope } from '@sekisho/terms';
import { FACT_NAMES } from './facts.ts';
import { expectedOf, factsNamed, fixture, inspectMail, mailWith, testEnvelope } from './testing/inspect-mail.ts';
import { makeZip } from './testing/make-files.ts';
import { speakClamd } from './testing/speak-clamd.ts';

const RAW = Buffer.from('From: a@sekisho.example\r\nTo: b@sekisho.example\r\nSubject: hello\r\n\r\nhello\r\n');

test('inspect() gives the tree, the summary and the words of a message', async () => {
  const { tree, summary, words, indexedAll } = await inspectMail(RAW);
  assert.equal(readTree(tree).size, RAW.length);
  assert.deepEqual([summary.subject, summary.from[0]!.address], ['hello', 'a@sekisho.example']);
  assert.deepEqual([words.subject, words.body, indexedAll], ['hello', 'hello', true]);
});

test('inspect() tells which Authentication-Results fields are forged in our name', async () => {
  const forged = 'Authentication-Results: mx.sekisho.example; dkim=pass\r\n';
  const { omitted } = await inspectMail(`Received: from x\r\n${forged}${RAW.toString()}`);
  assert.deepEqual(omitted, [[18, 18 + forged.length]]);
  assert.deepEqual((await inspectMail(RAW)).omitted, []);
});

test('inspect() uses only the names of its catalogue for facts', async () => {
  for (const name of Object.keys(expectedOf('hostile-generated'))) {
    const { facts } = await inspectMail(fixture(`hostile-generated/${name}`), { limits: { archiveMs: 200 } });
    for (const fact of facts) assert.ok(Object.hasOwn(FACT_NAMES, fact.name), fact.name);
  }
});

test('inspect() ends at its deadline, and what was not done by then is told', async () => {
  await using clamd = await speakClamd(() => null);
  const started = performance.now();
  const { facts } = await inspectMail(mailWith(makeZip({ a: 'a' }), 'a.zip'), {
    clamd: clamd.address,
    limits: { deadlineMs: 100 },
  });
  assert.ok(performance.now() - started < 20_000);
  assert.deepEqual(factsNamed(facts, 'antivirus/verdict'), [{ state: 'unscannable', reason: 'scanner-error' }]);
  assert.deepEqual(factsNamed(facts, 'inspection/failed'), [
    { inspector: 'antivirus/verdict', why: 'Error: not done in 100 ms' },
  ]);
});

test('inspect() turns an unforeseen error into a fact and does the rest', async () => {
  const { client: _client, ...rest } = testEnvelope();
  const { facts, summary, words } = await inspectMail(RAW, { envelope: rest as Envelope });
  const [failed] = factsNamed(facts, 'inspection/failed') as [{ inspector: string; why: string }];
  assert.equal(failed.inspector, 'auth/results');
  assert.match(failed.why, /^TypeError: /);
  assert.deepEqual([summary.subject, words.body], ['hello', 'hello']);
  assert.equal(factsNamed(facts, 'antivirus/verdict').length, 1);
});
