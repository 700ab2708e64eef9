import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatSize, formatSpan } from './sizes.ts';
import { formatTime, parseTime } from './times.ts';

test('formatTime() shows JST with its zone, or UTC', () => {
  assert.equal(formatTime('2026-11-20T12:04:31.999Z', 'JST'), '2026-11-20 21:04:31 JST');
  assert.equal(formatTime('2026-12-31T15:00:00.000Z', 'JST'), '2027-01-01 00:00:00 JST');
  assert.equal(formatTime('2026-11-20T12:04:31.000Z', 'UTC'), '2026-11-20 12:04:31 UTC');
});

test('parseTime() reads what formatTime() shows, days, minutes and ISO 8601', () => {
  assert.equal(parseTime('2026-11-20 21:04:31 JST', 'UTC'), '2026-11-20T12:04:31.000Z');
  assert.equal(parseTime('2026-11-20 12:04:31 UTC', 'JST'), '2026-11-20T12:04:31.000Z');
  assert.equal(parseTime('2026-11-20', 'JST'), '2026-11-19T15:00:00.000Z');
  assert.equal(parseTime('2026-11-20 09:30', 'JST'), '2026-11-20T00:30:00.000Z');
  assert.equal(parseTime('2026-11-20T09:30:00+09:00', 'UTC'), '2026-11-20T00:30:00.000Z');
  assert.equal(parseTime('2026-11-20T00:30Z', 'JST'), '2026-11-20T00:30:00.000Z');
});

for (const text of [
  '',
  'yesterday',
  '2026-02-30',
  '2026-13-01',
  '2026-11-20 24:00',
  '20261120',
  '2026-11-20T25:00:00Z',
])
  test(`parseTime() refuses "${text}"`, () => assert.equal(parseTime(text, 'JST'), null));

test('formatSize() and formatSpan() are short', () => {
  assert.deepEqual([0, 1023, 1024, 10_240, 52_428_800].map(formatSize), ['0', '1023', '1.0K', '10K', '50M']);
  assert.deepEqual([1000, 119_000, 300_000, 7_200_000, 864_000_000].map(formatSpan), [
    '1 s',
    '119 s',
    '5 min',
    '2 h',
    '10 d',
  ]);
});
