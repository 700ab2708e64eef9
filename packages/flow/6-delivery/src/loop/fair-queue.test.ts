import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FairQueue } from './fair-queue.ts';

test('FairQueue gives each key its turn and each line its order', () => {
  const queue = new FairQueue<string, string>();
  for (let n = 0; n < 4; n++) queue.push('flood', `f${n}`);
  queue.push('quiet', 'q0');
  queue.push('other', 'o0');
  queue.push('quiet', 'q1');
  assert.equal(queue.size, 7);
  assert.deepEqual(queue.takeAll(), ['f0', 'q0', 'o0', 'f1', 'q1', 'f2', 'f3']);
  assert.equal(queue.shift(), undefined);
  assert.equal(queue.size, 0);
});

test('FairQueue passes over keys that may not be served now and keeps their place', () => {
  const queue = new FairQueue<string, string>();
  for (const [key, item] of [
    ['a', 'a0'],
    ['b', 'b0'],
    ['a', 'a1'],
  ] as const)
    queue.push(key, item);
  assert.equal(
    queue.shift((key) => key === 'b'),
    'b0',
  );
  assert.equal(
    queue.hasFor((key) => key === 'b'),
    false,
  );
  assert.equal(
    queue.shift((key) => key === 'b'),
    undefined,
  );
  assert.deepEqual(queue.takeAll(), ['a0', 'a1']);
});
