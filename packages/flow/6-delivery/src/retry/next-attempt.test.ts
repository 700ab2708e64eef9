import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fakeRandom } from '@sekisho/ports/testing';
import fc from 'fast-check';
import { defaultRetrySchedule } from '../limits.ts';
import { nextAttempt } from './next-attempt.ts';

const steady = { ...defaultRetrySchedule, jitter: 0 };
const minute = 60_000;

test('nextAttempt() waits 1, 5, 15, 30 minutes, then 1, 2, 4, 4 … hours', () => {
  const waits = [1, 2, 3, 4, 5, 6, 7, 8].map(
    (attempts) => nextAttempt(steady, { attempts, queuedAt: 0, now: 0 }, fakeRandom())! / minute,
  );
  assert.deepEqual(waits, [1, 5, 15, 30, 60, 120, 240, 240]);
});

test('nextAttempt() makes the last attempt at the end of the lifetime and then gives up', () => {
  const end = steady.lifetimeMs;
  assert.equal(nextAttempt(steady, { attempts: 30, queuedAt: 0, now: end - minute }, fakeRandom()), end);
  assert.equal(nextAttempt(steady, { attempts: 31, queuedAt: 0, now: end }, fakeRandom()), null);
});

test('nextAttempt() of equal messages spreads over the jitter and never outside it', () => {
  const random = fakeRandom();
  const seen = new Set<number>();
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 100 }), (attempts) => {
      const due = nextAttempt(defaultRetrySchedule, { attempts, queuedAt: 0, now: 0 }, random)!;
      const exact = nextAttempt(steady, { attempts, queuedAt: 0, now: 0 }, random)!;
      seen.add(due - exact);
      return due >= exact * 0.9 && due <= exact * 1.1;
    }),
  );
  assert.ok(seen.size > 50);
});
