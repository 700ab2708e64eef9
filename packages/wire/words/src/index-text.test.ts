import assert from 'node:assert/strict';
import { test } from 'node:test';
import { foldText, indexText, words } from './index.ts';
import { openIndex } from './testing.ts';

test('words() gives pairs of neighbours and the last character alone for Japanese', () => {
  assert.deepEqual(words('見積書'), ['見積', '積書', '書']);
  assert.deepEqual(words('の'), ['の']);
});

test('words() gives Latin words and numbers whole', () => {
  assert.deepEqual(words('Invoice No. 2025-11'), ['invoice', 'no', '2025', '11']);
});

test('words() gives nothing for text without words', () => {
  assert.deepEqual(words(' .,-\r\n'), []);
  assert.equal(indexText(''), '');
});

test('indexText() spells every character so that SQLite keeps it as one token', () => {
  const index = openIndex();
  const expected = new Set<string>();
  const characters: string[] = [];
  for (let codePoint = 1; codePoint < 0x20000; codePoint += codePoint < 0xffff ? 1 : 7) {
    if (codePoint >= 0xd800 && codePoint < 0xe000) continue;
    const tokens = words(String.fromCodePoint(codePoint));
    for (const token of tokens) expected.add(token);
    characters.push(tokens.join(' '));
  }
  index.addTokens(characters.join(' '));
  assert.deepEqual(index.tokens(), [...expected].sort());
});

test('indexText() spells no two characters alike', () => {
  const seen = new Map<string, string>();
  for (let codePoint = 0x80; codePoint < 0x30000; codePoint++) {
    const character = foldText(String.fromCodePoint(codePoint));
    const [token, ...rest] = words(character);
    if (token === undefined || rest.length > 0) continue;
    assert.equal(seen.get(token) ?? character, character);
    seen.set(token, character);
  }
});
