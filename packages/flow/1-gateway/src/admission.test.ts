import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Admission } from './admission.ts';

test('Admission forgets addresses that have left', () => {
  const admission = new Admission(2);
  assert.deepEqual([admission.enter(), admission.enter(), admission.enter()], [true, true, false]);
  admission.leave();
  assert.equal(admission.enter(), true);
  assert.deepEqual([admission.enterAddress('192.0.2.1', 1), admission.enterAddress('192.0.2.1', 1)], [true, false]);
  admission.leaveAddress('192.0.2.1');
  assert.equal(admission.enterAddress('192.0.2.1', 1), true);
});
