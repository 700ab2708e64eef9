import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import { test } from 'node:test';
import { Budget } from './budget.ts';

test('Budget lets nobody past its end and serves who waits in order', async () => {
  const budget = new Budget(10);
  const served: string[] = [];
  const take = (name: string, amount: number) => budget.take(amount).then(() => served.push(name));
  await Promise.all([take('a', 6), take('b', 4)]);
  void take('large', 8);
  void take('small', 1);
  await turn();
  assert.deepEqual(served, ['a', 'b']);
  budget.give(6);
  await turn();
  assert.deepEqual([served.length, budget.isWaitedFor], [2, true]);
  budget.give(4);
  await turn();
  assert.deepEqual(served, ['a', 'b', 'large', 'small']);
  assert.equal(budget.used, 9);
});

test('Budget gives one that asks for more than there is everything, alone', async () => {
  const budget = new Budget(10);
  await budget.take(99);
  const second = budget.take(1);
  assert.equal(budget.isWaitedFor, true);
  budget.give(99);
  await second;
  assert.equal(budget.used, 1);
});
