import assert from 'node:assert/strict';
import { test } from 'node:test';
import { QueryError } from '../errors.ts';
import { parseQuery, QUERY_LIMITS } from './parse-query.ts';

const JST_MS = 9 * 3_600_000;
const termsOf = (text: string) => parseQuery(text).terms.map(({ text: term, column }) => [column, term]);
const filtersOf = (text: string) => parseQuery(text).filters;

function failure(text: string): QueryError {
  try {
    parseQuery(text);
  } catch (error) {
    assert.ok(error instanceof QueryError);
    return error;
  }
  throw new Error(`"${text}" was read`);
}

test('parseQuery() reads words, phrases and fields, in both languages and widths', () => {
  assert.deepEqual(termsOf('見積　invoice'), [
    [null, '見積'],
    [null, 'invoice'],
  ]);
  assert.deepEqual(termsOf('"next week" 「来週 の」 ＂a b"'), [
    [null, 'next week'],
    [null, '来週 の'],
    [null, 'a b'],
  ]);
  assert.deepEqual(termsOf('from:taro@example.jp 件名：見積 ＴＯ:佐藤 name:"a b.pdf" 本文:x'), [
    ['sender', 'taro@example.jp'],
    ['subject', '見積'],
    ['recipients', '佐藤'],
    ['names', 'a b.pdf'],
    ['body', 'x'],
  ]);
});

test('parseQuery() reads filters', () => {
  assert.deepEqual(filtersOf('direction:reception disposition:隔離 attachment:yes 添付：なし is:sent'), [
    { kind: 'direction', is: 'reception' },
    { kind: 'disposition', is: 'quarantine' },
    { kind: 'attachment', present: true },
    { kind: 'attachment', present: false },
    { kind: 'direction', is: 'submission' },
  ]);
  assert.deepEqual(filtersOf('larger:1.5MB smaller:５００k attachment:pdf attachment:csv message-id:<a@b>'), [
    { kind: 'larger', octets: 1_572_864 },
    { kind: 'smaller', octets: 512_000 },
    { kind: 'attachment-type', types: ['application/pdf'] },
    { kind: 'attachment-extension', is: 'csv' },
    { kind: 'message-id', is: 'a@b' },
  ]);
});

test('parseQuery() takes days as they begin and end in Japan, unless told otherwise', () => {
  const day = Date.UTC(2026, 10, 20);
  for (const date of ['2026-11-20', '2026/11/20', '２０２６年１１月２０日'])
    assert.deepEqual(filtersOf(`on:${date}`), [
      { kind: 'received', from: day - JST_MS, until: day - JST_MS + 86_400_000 },
    ]);
  assert.deepEqual(filtersOf('after:2026-11 before:2026'), [
    { kind: 'received', from: Date.UTC(2026, 10, 1) - JST_MS, until: null },
    { kind: 'received', from: null, until: Date.UTC(2026, 0, 1) - JST_MS },
  ]);
  assert.deepEqual(parseQuery('after:2026-11-20', 0).filters, [{ kind: 'received', from: day, until: null }]);
});

test('parseQuery() takes what is no field for text, and hints at a slip', () => {
  assert.deepEqual(termsOf('http://example.jp Re:会議 12:30'), [
    [null, 'http://example.jp'],
    [null, 'Re:会議'],
    [null, '12:30'],
  ]);
  assert.deepEqual(parseQuery('a form:x subjct:y').hints, [
    { position: 2, written: 'form', meant: 'from' },
    { position: 9, written: 'subjct', meant: 'subject' },
  ]);
});

test('parseQuery() says where and why it cannot read', () => {
  const table: [string, number, RegExp][] = [
    ['a "b c', 2, /not closed/],
    ['from:', 5, /a value after "from:"/],
    ['a on:tomorrow', 5, /"tomorrow" is not a date/],
    ['on:2026-02-30', 3, /not a date/],
    ['larger:big', 7, /not a size/],
    ['disposition:maybe', 12, /"quarantine"/],
    ['is:nice', 3, /one of "delivered"/],
    ['見積 !!!', 3, /no letter or digit/],
    ['attachment:a*b', 11, /not "yes", "no" or a type/],
  ];
  for (const [text, position, message] of table) {
    const error = failure(text);
    assert.equal(error.position, position, text);
    assert.match(error.message, message);
  }
});

test('parseQuery() refuses more than an index should be asked', () => {
  assert.match(failure('a'.repeat(QUERY_LIMITS.characters + 1)).message, /at most 2000 characters/);
  assert.match(failure('a '.repeat(QUERY_LIMITS.terms + 1)).message, /at most 32/);
});

test('parseQuery() reads an empty query as everything', () => {
  assert.deepEqual(parseQuery(' 　'), { terms: [], filters: [], hints: [] });
});
