/** peers: search syntax that acts instead of being looked for (Meilisearch filters, FTS5 operators). */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { foldText, ftsPhrase, holdsPhrase } from './index.ts';
import { openIndex } from './testing.ts';

const HOSTILE = [
  ...[
    '"',
    '""',
    '" OR "',
    'a" OR body:"b',
    'NEAR(a b, 2)',
    'a AND b',
    'NOT a',
    '^a',
    'body : a',
    '{body} : a',
    '- body : a',
  ],
  ...['a*', '*', 'a + b', '(a', ')', "'; drop table w; --", '\\"', '\u0000', 'w MATCH a', 'rank', ':', 'a"*', '＂a＂'],
];

test('a query with operators of FTS5 is looked for as text', () => {
  const index = openIndex();
  const both = index.add('a or b, near the body');
  const one = index.add('b alone');
  assert.deepEqual(index.find('a OR b'), [both]);
  assert.deepEqual(index.find('b" OR "alone'), []);
  assert.deepEqual(index.find('"b alone"'), [one]);
  assert.deepEqual(index.find('body: a'), []);
});

test('no query is a syntax error, and each finds exactly what it says', () => {
  const index = openIndex();
  const texts = [...HOSTILE, 'a b', 'body a', 'not a near b', 'a and b or c'];
  for (const text of texts) index.add(text);
  const token = fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ unit: 'grapheme', maxLength: 6 }));
  fc.assert(
    fc.property(fc.array(token, { minLength: 1, maxLength: 4 }), (tokens) => {
      const query = tokens.join(' ');
      const expected = texts.flatMap((text, number) => (holdsPhrase(foldText(text), foldText(query)) ? [number] : []));
      assert.deepEqual(index.find(query), expected);
    }),
    { numRuns: 300 },
  );
});

test('an expression is one quoted string, whatever the query', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 30 }), (query) => {
      assert.match(ftsPhrase(query) ?? '""', /^"[^"]*"( \*)?$/);
    }),
  );
});
