import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openTestStores, type TestStores } from '@sekisho/tenants/testing';
import { journal } from './journal.ts';
import { migrations } from './migrations.ts';
import { COUNT_LIMIT, type SearchPage, search } from './search.ts';
import { TEST_START, type TestMessage, testRow } from './testing.ts';

async function openWith(...messages: TestMessage[]): Promise<TestStores> {
  const test = await openTestStores(migrations);
  for (let at = 0; at < messages.length; at += 50)
    await test.stores.transact(test.tenant, 'ingest', async (tx, state) => {
      for (const message of messages.slice(at, at + 50)) await journal(tx, testRow(message), state);
    });
  return test;
}

const page = (test: TestStores, query: string, more: { limit?: number; cursor?: number } = {}): Promise<SearchPage> =>
  test.stores.read(test.tenant, (tx) => search(tx, { query, limit: 50, ...more }));
const found = async (test: TestStores, query: string) => (await page(test, query)).messages.map(({ id }) => id);

const MAIL: TestMessage[] = [
  { number: 1, subject: '見積書の件', body: '東京都庁の会議は来週です。', names: '見積書.xlsx' },
  { number: 2, subject: 'Invoice 2026', body: 'Please find the invoice attached.', attached: '請求書 合計 1,000円' },
  { number: 3, subject: '車検', body: '京都の車屋', from: { name: '佐藤 次郎', address: 'jiro@kyoto.example' } },
  { number: 4, subject: 'ＳＡＬＥ！', body: 'ﾊﾝｶｸ カタカナ Excelファイル', reversePath: null, sizeOctets: 5_000_000 },
];

test('search() finds words, phrases and single characters, newest first', async () => {
  await using test = await openWith(...MAIL);
  assert.deepEqual(await found(test, '京都'), [3, 1]);
  assert.deepEqual(await found(test, '東京都庁'), [1]);
  assert.deepEqual(await found(test, '車'), [3]);
  assert.deepEqual(await found(test, '庁'), [1]);
  assert.deepEqual(await found(test, 'INVOICE'), [2]);
  assert.deepEqual(await found(test, '"find the invoice"'), [2]);
  assert.deepEqual(await found(test, '"the find invoice"'), []);
  assert.deepEqual(await found(test, 'sale'), [4]);
  assert.deepEqual(await found(test, 'ハンカク'), [4]);
  assert.deepEqual(await found(test, 'excelファイル'), [4]);
  assert.deepEqual(await found(test, 'invoi'), []);
});

test('search() finds a word with the one character behind it', async () => {
  await using test = await openWith(
    { number: 1, body: '会議は10月です', subject: 'A社' },
    { number: 2, body: '110月 10日 1 0月' },
    { number: 3, body: '10 月曜 𠮷野 B𠮷野家', subject: 'x' },
  );
  assert.deepEqual(await found(test, '10月'), [3, 1]);
  assert.deepEqual(await found(test, 'body:10月'), [3, 1]);
  assert.deepEqual(await found(test, 'a社'), [1]);
  assert.deepEqual(await found(test, 'body:a社'), []);
  assert.deepEqual(await found(test, '10月で'), [1]);
  assert.deepEqual(await found(test, 'は10月'), [1]);
  assert.deepEqual(await found(test, 'b𠮷'), [3]);
  assert.deepEqual(await found(test, '𠮷'), [3]);
});

test('search() keeps to the field that is asked for, also for one character', async () => {
  await using test = await openWith(...MAIL);
  assert.deepEqual(await found(test, 'subject:車'), [3]);
  assert.deepEqual(await found(test, 'body:検'), []);
  assert.deepEqual(await found(test, 'subject:検'), [3]);
  assert.deepEqual(await found(test, 'from:佐'), [3]);
  assert.deepEqual(await found(test, 'from:jiro@kyoto.example 車'), [3]);
  assert.deepEqual(await found(test, 'name:見積書'), [1]);
  assert.deepEqual(await found(test, 'text:請求'), [2]);
  assert.deepEqual(await found(test, 'body:請求'), []);
  assert.deepEqual(await found(test, '請'), [2]);
  assert.deepEqual(await found(test, '車 見'), []);
});

test('search() joins words and filters by AND', async () => {
  await using test = await openWith(
    { number: 1, body: '会議', disposition: { kind: 'quarantine', reason: 'infected' } },
    { number: 2, body: '会議', direction: 'submission', attachmentTypes: ['application/pdf', 'image/png'] },
    { number: 3, body: '会議', sizeOctets: 10_000 },
    { number: 4, body: '休暇', sizeOctets: 10_001 },
  );
  assert.deepEqual(await found(test, '会議 disposition:quarantine'), [1]);
  assert.deepEqual(await found(test, '会議 direction:送信'), [2]);
  assert.deepEqual(await found(test, '会議 attachment:pdf'), [2]);
  assert.deepEqual(await found(test, 'attachment:image attachment:yes'), [2]);
  assert.deepEqual(await found(test, '会議 attachment:no'), [3, 1]);
  assert.deepEqual(await found(test, 'larger:10000'), [4, 3]);
  assert.deepEqual(await found(test, 'larger:10001'), [4]);
  assert.deepEqual(await found(test, '会議 smaller:10000'), [2, 1]);
  assert.deepEqual(await found(test, '会議 休暇'), []);
});

test('search() is exact about dates even when messages arrive out of order', async () => {
  const day = (date: number, hour = 3) => Date.UTC(2026, 10, date, hour);
  await using test = await openWith(
    { number: 1, receivedAt: day(18) },
    { number: 2, receivedAt: day(20) },
    { number: 3, receivedAt: day(19) },
    { number: 4, receivedAt: day(19, 15) },
  );
  assert.deepEqual(await found(test, 'on:2026-11-19'), [3]);
  assert.deepEqual(await found(test, 'on:2026-11-20 hanako'), [4, 2]);
  assert.deepEqual(await found(test, 'before:2026-11-19'), [1]);
  assert.deepEqual(await found(test, 'after:2026-11-19'), [4, 3, 2]);
  assert.deepEqual(await found(test, 'after:2026-11-19 before:2026-11-20 hanako'), [3]);
  assert.deepEqual(await found(test, 'after:2027'), []);
});

test('search() pages through everything once and counts on the first page', async () => {
  await using test = await openWith(...Array.from({ length: 120 }, (_, at) => ({ number: at + 1, body: '議事録' })));
  for (const query of ['議事録', '議', '', 'after:2026']) {
    const seen: number[] = [];
    let answer = await page(test, query, { limit: 50 });
    assert.deepEqual([answer.total, answer.isMore], [120, false], query);
    for (;;) {
      seen.push(...answer.messages.map(({ id }) => id));
      if (answer.cursor === null) break;
      answer = await page(test, query, { limit: 50, cursor: answer.cursor });
      assert.equal(answer.total, null);
    }
    assert.deepEqual(
      seen,
      Array.from({ length: 120 }, (_, at) => 120 - at),
    );
  }
});

test('search() stops counting at a named limit', async () => {
  await using test = await openWith(...Array.from({ length: COUNT_LIMIT + 1 }, (_, at) => ({ number: at + 1 })));
  const answer = await page(test, 'hanako');
  assert.deepEqual([answer.total, answer.isMore, answer.messages.length], [COUNT_LIMIT, true, 50]);
});

test('search() shows a summary and no body', async () => {
  await using test = await openWith({ number: 1, subject: '見積', body: '本文の秘密' });
  const answer = await page(test, '見積');
  assert.equal(JSON.stringify(answer).includes('秘密'), false);
  const [message] = answer.messages;
  assert.deepEqual([message!.subject, message!.receivedAt], ['見積', TEST_START + 1000]);
  assert.deepEqual(answer.coverage.stored, 1);
});

test('every string is literal in a query (search-injection)', async () => {
  const hostile = [
    'NEAR(a b)',
    'a OR b',
    'body : a',
    'a*',
    '^a',
    '{subject body}: a',
    'a" OR "b',
    "a'; DROP TABLE archive_message; --",
    'NOT b',
    'a + b',
    'a AND (b',
    '-a',
    'a\u0000b',
    '\uf8fe2deliver',
    '％_%',
  ];
  await using test = await openWith(
    { number: 1, body: 'alpha beta' },
    ...hostile.map((body, at) => ({ number: at + 2, body, subject: 'x', messageId: null })),
  );
  for (const [at, text] of hostile.entries()) {
    const literal = text.replaceAll('"', ' ');
    if (!/[\p{L}\p{N}]/u.test(literal.replaceAll('\uf8fe', ''))) continue;
    const ids = await found(test, `body:"${literal}"`);
    assert.equal(ids.includes(at + 2), true, text);
    assert.equal(ids.includes(1), false, text);
  }
  assert.deepEqual(await found(test, '"b OR a"'), []);
  assert.deepEqual(await found(test, '"alpha NOT beta"'), []);
});
