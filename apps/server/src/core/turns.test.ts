import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Turns } from './turns.ts';

test('shift() gives one piece of each tenant before a second of any', () => {
  const turns = new Turns<string, string>();
  for (let i = 0; i < 5000; i++) turns.push('flood', `flood-${i}`);
  turns.push('quiet', 'quiet-0');
  assert.deepEqual([turns.shift(), turns.shift(), turns.shift()], ['flood-0', 'quiet-0', 'flood-1']);
  assert.equal(turns.size, 4998);
});

test('shift() keeps the order within a tenant and ends with undefined', () => {
  const turns = new Turns<string, number>();
  for (let i = 0; i < 3000; i++) turns.push('a', i);
  for (let i = 0; i < 3000; i++) assert.equal(turns.shift(), i);
  assert.equal(turns.shift(), undefined);
  turns.push('a', 1);
  assert.equal(turns.shift(), 1);
});

test('shiftRun() takes a run of one tenant, then it is the next one’s turn', () => {
  const turns = new Turns<string, number>();
  for (let i = 0; i < 10; i++) turns.push('a', i);
  turns.push('b', 100);
  assert.deepEqual(
    turns.shiftRun((_, taken) => taken < 4),
    { key: 'a', pieces: [0, 1, 2, 3] },
  );
  assert.deepEqual(
    turns.shiftRun((_, taken) => taken < 4),
    { key: 'b', pieces: [100] },
  );
  assert.deepEqual(turns.shiftRun((_, taken) => taken < 4)!.pieces, [4, 5, 6, 7]);
  assert.equal(turns.waitingFor('a'), 2);
});

test('oldest() looks at the head of every queue', () => {
  const turns = new Turns<string, number>();
  turns.push('a', 5);
  turns.push('b', 9);
  assert.equal(
    turns.oldest((piece) => piece),
    9,
  );
});

test('shift() passes over keys that are held, and remove() takes away all of one', () => {
  const turns = new Turns<string, string>();
  for (const piece of ['a1', 'b1', 'a2', 'c1']) turns.push(piece[0]!, piece);
  const isHeld = (key: string) => key === 'a';
  assert.deepEqual([turns.shift(isHeld), turns.shift(isHeld), turns.shift(isHeld)], ['b1', 'c1', undefined]);
  assert.deepEqual(turns.remove('a'), ['a1', 'a2']);
  assert.deepEqual([turns.size, turns.shift(), turns.remove('a')], [0, undefined, []]);
});
