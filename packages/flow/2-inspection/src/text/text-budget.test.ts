import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fakeClock } from '@sekisho/ports/testing';
import { TextBudget } from './text-budget.ts';

test('TextBudget takes text until its characters are used up, and tells that something was cut', () => {
  const budget = new TextBudget({ textCharacters: 10, textMs: 1000 }, fakeClock());
  assert.equal(budget.take('hello '), 'hello ');
  assert.deepEqual([budget.left, budget.isCut], [4, false]);
  assert.equal(budget.take('world'), 'worl');
  assert.deepEqual([budget.left, budget.isCut], [0, true]);
});

test('TextBudget takes nothing when its time is over', () => {
  const clock = fakeClock();
  const budget = new TextBudget({ textCharacters: 10, textMs: 1000 }, clock);
  clock.advance(1001);
  assert.equal(budget.take('hello'), '');
  assert.equal(budget.isCut, true);
});

test('TextBudget takes note of text that was cut before, or that nobody could read', () => {
  const open = () => new TextBudget({ textCharacters: 10, textMs: 1000 }, fakeClock());
  const cut = open();
  assert.equal(cut.take('hello', false), 'hello');
  assert.equal(cut.isCut, true);
  const missed = open();
  missed.miss();
  assert.equal(missed.isCut, true);
});
