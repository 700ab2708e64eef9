import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openTestStores, type TestStores } from '@sekisho/tenants/testing';
import { coverage } from './coverage.ts';
import { MessageNotFoundError } from './errors.ts';
import { INDEX_CHARACTERS } from './index-columns.ts';
import { journal } from './journal.ts';
import type { JournalRow } from './journal-row.ts';
import { migrations } from './migrations.ts';
import { decidedMessages, deliveredSource, show } from './record.ts';
import { search } from './search.ts';
import { type TestMessage, testRow, testSpoolId } from './testing.ts';
import { optimizeStep } from './upkeep.ts';
import { replacePlace, rowsForRecovery, verifyPage } from './verify-page.ts';

const take = (test: TestStores, rows: readonly JournalRow[]) =>
  test.stores.transact(test.tenant, 'ingest', async (tx, state) => {
    const taken = [];
    for (const row of rows) taken.push(await journal(tx, row, state));
    return taken;
  });

async function openWith(...messages: TestMessage[]): Promise<TestStores> {
  const test = await openTestStores(migrations);
  await take(test, messages.map(testRow));
  return test;
}

const found = async (test: TestStores, query: string) =>
  (await test.stores.read(test.tenant, (tx) => search(tx, { query, limit: 50 }))).messages.map(({ id }) => id);

test('journal() keeps envelope, plan, facts, digests and place', async () => {
  await using test = await openWith({ number: 1, forwardPaths: ['a@customer.example', 'bcc@customer.example'] });
  const row = testRow({ number: 1, forwardPaths: ['a@customer.example', 'bcc@customer.example'] });
  const record = await test.stores.read(test.tenant, (tx) => show(tx, { spoolId: row.spoolId }));
  assert.deepEqual(record.envelope, row.envelope);
  assert.deepEqual(record.plan, row.plan);
  assert.deepEqual(record.facts, row.facts);
  assert.deepEqual(record.tree, row.tree);
  assert.deepEqual(
    [record.batch, record.from, record.disposition],
    [1, '山田 花子 <hanako@partner.example>', 'deliver'],
  );
  const source = await test.stores.read(test.tenant, (tx) => deliveredSource(tx, row.spoolId));
  assert.deepEqual([source!.place, source!.wrappedKey, source!.prefix], [row.place, row.wrappedKey, row.prefix]);
  assert.deepEqual([source!.rawSha256, source!.deliveredSha256], [row.rawSha256, row.deliveredSha256]);
});

test('journal() takes a replayed message once', async () => {
  await using test = await openWith({ number: 1 }, { number: 2 });
  const again = await take(test, [testRow({ number: 2 }), testRow({ number: 3 })]);
  assert.deepEqual(again, [
    { id: 2, isNew: false },
    { id: 3, isNew: true },
  ]);
  assert.deepEqual(await found(test, 'hanako'), [3, 2, 1]);
  const { stored, indexed } = await test.stores.read(test.tenant, (tx) => coverage(tx));
  assert.deepEqual([stored, indexed], [3, 3]);
});

test('journal() leaves nothing behind when its transaction does not commit', async () => {
  await using test = await openWith({ number: 1 });
  await assert.rejects(
    test.stores.transact(test.tenant, 'ingest', async (tx, state) => {
      await journal(tx, testRow({ number: 2, body: '消えた' }), state);
      throw new Error('killed before the commit');
    }),
  );
  assert.deepEqual(await found(test, '消えた'), []);
  const { stored, indexed } = await test.stores.read(test.tenant, (tx) => coverage(tx));
  assert.deepEqual([stored, indexed], [1, 1]);
});

test('two messages of one Message-ID are two messages (forged-duplicate-message-id)', async () => {
  await using test = await openWith(
    { number: 1, messageId: 'same@partner.example', body: '本物' },
    { number: 2, messageId: 'same@partner.example', body: '偽物' },
  );
  assert.deepEqual(await found(test, 'message-id:same@partner.example'), [2, 1]);
  assert.deepEqual(await found(test, '本物'), [1]);
});

test('a message is found by a recipient that no header field names', async () => {
  await using test = await openWith({ number: 1, forwardPaths: ['secret.auditor@customer.example'] }, { number: 2 });
  assert.deepEqual(await found(test, 'to:secret.auditor@customer.example'), [1]);
});

test('coverage() tells of messages that are only partly indexed', async () => {
  await using test = await openWith({ number: 1, indexedAll: false }, { number: 2 });
  await take(test, [
    { ...testRow({ number: 3 }), words: { ...testRow({ number: 3 }).words, body: 'ab '.repeat(400_000) } },
  ]);
  const answer = await test.stores.read(test.tenant, (tx) => coverage(tx));
  assert.deepEqual(answer, { stored: 3, indexed: 3, partly: 2, byWordsVersion: { 1: 3 } });
  assert.deepEqual(await found(test, 'is:partly-indexed'), [3, 1]);
  assert.equal(INDEX_CHARACTERS < 1_200_000, true);
});

test('a message cannot carry a tag of its own (forged-index-tag)', async () => {
  await using test = await openTestStores(migrations);
  const row = testRow({ number: 1 });
  await take(test, [{ ...row, words: { ...row.words, body: '\uf8fe2quarantine \uf8feb車' } }]);
  assert.deepEqual(await found(test, 'disposition:quarantine'), []);
  assert.deepEqual(await found(test, '車'), []);
});

test('verifyPage() goes through every body once', async () => {
  await using test = await openWith(...[1, 2, 3, 4, 5].map((number) => ({ number })));
  const read = (afterId: number) => test.stores.read(test.tenant, (tx) => verifyPage(tx, afterId, 2));
  const seen: number[] = [];
  for (let page = await read(0); page.length > 0; page = await read(page.at(-1)!.id)) {
    seen.push(...page.map(({ id }) => id));
    assert.deepEqual(page[0]!.rawSha256, testRow({ number: page[0]!.id }).rawSha256);
  }
  assert.deepEqual(seen, [1, 2, 3, 4, 5]);
});

test('rowsForRecovery() tells which spooled messages have rows, and replacePlace() where a body lies now', async () => {
  await using test = await openWith({ number: 1 }, { number: 2 });
  const place = { pack: 'standard.202611.fedcba9876543210.pack', offset: 64, length: 4096 };
  const changed = await test.stores.transact(test.tenant, 'ingest', async (tx) => [
    await replacePlace(tx, testSpoolId(2), place),
    await replacePlace(tx, testSpoolId(9), place),
  ]);
  assert.deepEqual(changed, [true, false]);
  const ids = [1, 2, 9].map(testSpoolId);
  const rows = await test.stores.read(test.tenant, (tx) => rowsForRecovery(tx, ids));
  assert.deepEqual(
    rows.map(({ spoolId }) => spoolId),
    ids.slice(0, 2),
  );
  assert.deepEqual(rows[1]!.place, place);
});

test('another tenant has none of it', async () => {
  await using test = await openWith({ number: 1, body: '秘密' });
  await assert.rejects(
    test.stores.read(test.other, (tx) => show(tx, { spoolId: testSpoolId(1) })),
    MessageNotFoundError,
  );
  assert.equal(await test.stores.read(test.other, (tx) => deliveredSource(tx, testSpoolId(1))), null);
  const page = await test.stores.read(test.other, (tx) => search(tx, { query: '秘密', limit: 10 }));
  assert.deepEqual([page.messages, page.total], [[], 0]);
});

test('decidedMessages() pages over past mail, newest first', async () => {
  await using test = await openWith({ number: 1 }, { number: 2 }, { number: 3 });
  const first = await test.stores.read(test.tenant, (tx) => decidedMessages(tx, { limit: 2 }));
  const second = await test.stores.read(test.tenant, (tx) => decidedMessages(tx, { limit: 2, cursor: first.cursor! }));
  assert.deepEqual(
    [...first.messages, ...second.messages].map(({ id }) => id),
    [3, 2, 1].map(testSpoolId),
  );
  assert.equal(second.cursor, null);
});

test('optimizeStep() ends, and the index answers as before (index-drift)', async () => {
  await using test = await openTestStores(migrations);
  for (let batch = 0; batch < 24; batch++)
    await take(
      test,
      [1, 2, 3].map((at) => testRow({ number: batch * 3 + at, body: `会議 ${batch}` })),
    );
  const before = await found(test, '会議');
  let steps = 0;
  while (await test.stores.transact(test.tenant, 'ingest', (tx) => optimizeStep(tx))) steps += 1;
  assert.equal(steps < 1000, true);
  assert.deepEqual(await found(test, '会議'), before);
  const { stored, indexed } = await test.stores.read(test.tenant, (tx) => coverage(tx));
  assert.deepEqual([stored, indexed], [72, 72]);
});

test('everything is there after a stop', async () => {
  await using test = await openWith({ number: 1, body: '再開' });
  await using again = await test.reopen();
  assert.deepEqual(await found(again, '再開'), [1]);
});
