import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TenantId } from '@sekisho/terms';
import { Recipients } from './recipients.ts';

const A = 'tenant0000a' as TenantId;
const B = 'tenant0000b' as TenantId;

function open(most?: number) {
  const lists = new Map<TenantId, readonly string[]>();
  const asked: TenantId[] = [];
  const state = { isAway: false };
  const recipients = new Recipients(async (tenant) => {
    asked.push(tenant);
    if (state.isAway) throw new Error('the core is away');
    return lists.get(tenant) ?? [];
  }, most);
  return { recipients, lists, asked, state };
}

test('of() asks once, also for many at a time', async () => {
  const { recipients, lists, asked } = open();
  lists.set(A, ['taro@example.jp']);
  const answers = await Promise.all([recipients.of(A), recipients.of(A), recipients.of(A)]);
  await recipients.of(A);
  assert.deepEqual(asked, [A]);
  assert.ok(answers.every((keys) => keys.has('taro@example.jp')));
});

test('of() asks again when recipients may have changed, and the last answer counts while nobody answers', async () => {
  const { recipients, lists, asked, state } = open();
  lists.set(A, ['taro@example.jp']);
  await recipients.of(A);
  lists.set(A, ['hanako@example.jp']);
  recipients.mayHaveChanged(A);
  state.isAway = true;
  assert.deepEqual([...(await recipients.of(A))], ['taro@example.jp']);
  await assert.rejects(recipients.of(B), /away/);
  state.isAway = false;
  assert.deepEqual([...(await recipients.of(A))], ['hanako@example.jp']);
  assert.deepEqual(asked, [A, A, B, A]);
});

test('an answer on its way when recipients change is not kept', async () => {
  const first = Promise.withResolvers<readonly string[]>();
  const answers = [first.promise, Promise.resolve(['new@example.jp'])];
  const recipients = new Recipients(() => answers.shift()!);
  const asking = recipients.of(A);
  recipients.mayHaveChanged(A);
  first.resolve(['old@example.jp']);
  await asking;
  assert.deepEqual([...(await recipients.of(A))], ['new@example.jp']);
});

test('recipients of tenants that nobody wrote to for long are forgotten when there are too many', async () => {
  const { recipients, lists, asked } = open(3);
  lists.set(A, ['a1', 'a2']);
  lists.set(B, ['b1', 'b2']);
  await recipients.of(A);
  await recipients.of(B);
  await recipients.of(B);
  await recipients.of(A);
  assert.deepEqual(asked, [A, B, A]);
});
