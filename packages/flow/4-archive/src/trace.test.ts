import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openTestStores, type TestStores } from '@sekisho/tenants/testing';
import { journal } from './journal.ts';
import { migrations } from './migrations.ts';
import { TEST_START, type TestMessage, testRow, testSpoolId } from './testing.ts';
import { type TraceQuestion, traceOf } from './trace.ts';

const MAIL: TestMessage[] = [
  { number: 1, messageId: 'one@partner.example' },
  { number: 2, reversePath: null, from: { name: '', address: 'ceo@partner.example' } },
  { number: 3, forwardPaths: ['Taro@customer.example', 'bcc@customer.example'], reversePath: 'ceo@partner.example' },
  { number: 4, disposition: { kind: 'quarantine', reason: 'infected' }, reversePath: 'xceo@partner.example' },
];

async function open(): Promise<TestStores> {
  const test = await openTestStores(migrations);
  await test.stores.transact(test.tenant, 'ingest', async (tx, state) => {
    for (const message of MAIL) await journal(tx, testRow(message), state);
  });
  return test;
}

const address = (text: string) => ({ localPart: text.split('@')[0]!, domain: text.split('@')[1]! });
const traced = async (test: TestStores, question: Partial<TraceQuestion>) => {
  const answer = await test.stores.read(test.tenant, (tx) => traceOf(tx, { limit: 50, ...question }));
  return answer.traces.map(({ message }) => message.id);
};

test('traceOf() finds by message id, spool id, sender, recipient and time', async () => {
  await using test = await open();
  assert.deepEqual(await traced(test, { messageId: 'one@partner.example' }), [1]);
  assert.deepEqual(await traced(test, { spoolId: testSpoolId(2) }), [2]);
  assert.deepEqual(await traced(test, { sender: address('CEO@partner.example') }), [3, 2]);
  assert.deepEqual(await traced(test, { recipient: address('bcc@customer.example') }), [3]);
  assert.deepEqual(await traced(test, { recipient: address('taro@customer.example') }), [4, 3, 2, 1]);
  assert.deepEqual(await traced(test, { from: TEST_START + 2000, until: TEST_START + 4000 }), [3, 2]);
  assert.deepEqual(await traced(test, { sender: address('ceo@partner.example'), until: TEST_START + 3000 }), [2]);
  assert.deepEqual(await traced(test, { messageId: 'nobody' }), []);
});

test('traceOf() tells every step with its time and reason in both languages', async () => {
  await using test = await open();
  const { traces } = await test.stores.read(test.tenant, (tx) => traceOf(tx, { spoolId: testSpoolId(3), limit: 1 }));
  const { steps } = traces[0]!;
  assert.deepEqual(
    steps.map(({ what }) => what),
    ['received', 'inspected', 'decided', 'decided', 'journalled'],
  );
  assert.equal(
    steps.every(({ at, why }, index) => why.ja !== '' && why.en !== '' && at >= (steps[index - 1]?.at ?? 0)),
    true,
  );
  assert.equal(steps[2]!.detail['forwardPath'], 'Taro@customer.example');
  assert.equal(steps[0]!.why.en, 'received from 192.0.2.1 (mx.partner.example) with ESMTPS');
});

test('traceOf() pages newest first', async () => {
  await using test = await open();
  const first = await test.stores.read(test.tenant, (tx) => traceOf(tx, { limit: 3 }));
  assert.deepEqual([first.traces.length, first.cursor], [3, 2]);
  const second = await test.stores.read(test.tenant, (tx) => traceOf(tx, { limit: 3, cursor: first.cursor! }));
  assert.deepEqual([second.traces.map(({ message }) => message.id), second.cursor], [[1], null]);
});
