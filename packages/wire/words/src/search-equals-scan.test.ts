import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { foldText, ftsPhrase, holdsPhrase } from './index.ts';
import { openIndex } from './testing.ts';

const TEXTS = 250;
const QUERIES = 1_200;

/** Numbers that look like chance and are the same in each run. */
function chance(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const PIECES = [
  ...[
    'お世話になっております',
    '関所商事',
    '山田',
    '田山',
    '山',
    '見積書',
    '積書見',
    '（最終版）',
    'ます',
    'です',
    'すで',
  ],
  ...[
    'ください',
    'ﾊﾝｶｸｶﾅ',
    'ハンカク',
    'はんかく',
    'ﾃﾞﾊﾟ',
    '佐々木',
    'いすゞ',
    'コーヒー',
    '〜',
    '～',
    '①②',
    '㈱',
    '髙﨑',
    '葛\u{e0100}城',
  ],
  ...[
    'ABC',
    'Ａｂｃ',
    'PDFを',
    'Invoice',
    'invoices',
    '2025年',
    '１２月',
    'v1.2',
    '第2回',
    'e\u0301',
    'É',
    'ΟΔΟΣ',
    'naïve',
  ],
  ...[
    '👍🏽',
    '👨‍👩‍👧',
    '𠮟る',
    '俱楽部',
    '叱る',
    '🇯🇵',
    '。',
    '、',
    '・',
    '「',
    '」',
    '"',
    '*',
    '-',
    '\0',
    '\ud83d',
    '한국어',
    'ภาษาไทย',
  ],
];
const GAPS = ['', '', '', '', '', '\n', '\r\n', ' ', '　', '\n\n', '\n  ', '\n> ', ', '];

function makeText(next: (below: number) => number): string {
  let text = '';
  for (let count = 3 + next(30); count > 0; count--) text += PIECES[next(PIECES.length)]! + GAPS[next(GAPS.length)]!;
  return text;
}

function makeQuery(next: (below: number) => number, texts: readonly string[]): string {
  const source = next(3) === 0 ? makeText(next) : texts[next(texts.length)]!;
  const characters = [...source];
  const start = next(characters.length);
  return characters.slice(start, start + 1 + next(8)).join('');
}

/** A character of a run: of a script without spaces, or no letter, digit, mark, space or ASCII at all. */
const RUN =
  '(?:[^\\p{L}\\p{N}\\p{M}\\s\\u0000-\\u007f]|[\\p{sc=Han}\\p{sc=Hira}\\p{sc=Kana}\\p{sc=Hang}\\p{sc=Thai}ー々ゝゞ\\u3099\\u309a])';
const FOLD = new RegExp(`(?<=${RUN})[^\\S\\n]*\\n(?:>|[^\\S\\n])*(?=${RUN})`, 'gu');
const BORDER = new RegExp(`(?<=${RUN})(?=[^ ])(?!${RUN})|(?<=[^ ])(?<!${RUN})(?=${RUN})`, 'gu');
const BEGINS_WITH_RUN = new RegExp(`^${RUN}`, 'u');
const ENDS_WITH_RUN = new RegExp(`${RUN}$`, 'u');

/** The fold once more in the plainest words, sharing no code with the tokens. */
function plainFold(text: string): string {
  return text
    .toWellFormed()
    .replace(/\p{Default_Ignorable_Code_Point}/gu, '')
    .normalize('NFKC')
    .replaceAll('Σ', 'σ')
    .toLowerCase()
    .replaceAll('ς', 'σ')
    .replace(/[〜−]/g, '~')
    .replace(FOLD, '')
    .replace(/[\s\0-/:-@[-`{-\x7f]+/g, ' ')
    .replace(BORDER, ' ')
    .trim();
}

test('ftsPhrase() hits exactly the texts in which a plain scan finds the query', () => {
  const next = chance(20251120);
  const index = openIndex();
  const texts = Array.from({ length: TEXTS }, () => makeText(next));
  for (const text of texts) index.add(text);
  const folded = texts.map(plainFold);
  let hits = 0;
  const queries = new Set<string>();
  while (queries.size < QUERIES) queries.add(makeQuery(next, texts));
  for (const query of queries) {
    const plain = plainFold(query);
    const before = BEGINS_WITH_RUN.test(plain) ? '' : ' ';
    const behind = ENDS_WITH_RUN.test(plain) ? '' : ' ';
    const bounded = (text: string) => ` ${text} `.includes(before + plain + behind);
    const expected = plain === '' ? [] : folded.flatMap((text, number) => (bounded(text) ? [number] : []));
    assert.deepEqual(index.find(query), expected, JSON.stringify(query));
    hits += expected.length;
  }
  assert.ok(hits > QUERIES, `only ${hits} hits: the test has lost its meaning`);
});

test('foldText() agrees with the plainest way to say it', () => {
  const next = chance(7);
  for (let round = 0; round < 500; round++) {
    const text = makeText(next);
    assert.equal(foldText(text), plainFold(text), JSON.stringify(text));
  }
});

test('ftsPhrase() agrees with holdsPhrase() for any characters whatever', () => {
  const index = openIndex();
  const texts: string[] = [];
  const unit = fc.oneof(fc.constantFrom(...PIECES, ...GAPS), fc.string({ unit: 'binary', maxLength: 3 }));
  fc.assert(
    fc.property(fc.array(unit, { maxLength: 20 }), fc.nat(), fc.nat({ max: 7 }), (pieces, from, extra) => {
      const text = pieces.join('');
      texts.push(foldText(text));
      index.add(text);
      const characters = [...text];
      const start = characters.length === 0 ? 0 : from % characters.length;
      const query = characters.slice(start, start + 1 + extra).join('');
      const expected = texts.flatMap((held, number) => (holdsPhrase(held, foldText(query)) ? [number] : []));
      assert.deepEqual(index.find(query), expected);
    }),
    { numRuns: 400 },
  );
});

test('ftsPhrase() finds one character anywhere in a run, also as its last', () => {
  const index = openIndex();
  const found = index.add('見積書');
  index.add('領収証');
  for (const query of ['見', '積', '書']) assert.deepEqual(index.find(query), [found]);
});

test('ftsPhrase() finds no rare phrase made of frequent pairs', () => {
  const index = openIndex();
  index.add('東京都 京都市 都市部');
  const found = index.add('東京都市部');
  assert.deepEqual(index.find('東京都市'), [found]);
});

test('ftsPhrase() finds whole Latin words, and beginnings only when asked', () => {
  const index = openIndex();
  const one = index.add('the invoice');
  const many = index.add('the invoices');
  assert.deepEqual(index.find('invoice'), [one]);
  assert.deepEqual(index.find('invoice', { prefix: true }), [one, many]);
  assert.deepEqual(index.find('voice'), []);
});

test('ftsPhrase() is null for a query that holds nothing to search for', () => {
  for (const query of ['', ' ', '---', '"*"', '\n']) assert.equal(ftsPhrase(query), null);
});
