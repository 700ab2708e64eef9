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
