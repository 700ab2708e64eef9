import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fakeClock } from '@sekisho/ports/testing';
import type { TenantId } from '@sekisho/terms';
import type { NextHopAnswer } from '../links/messages.ts';
import { NextHopAnswers } from './next-hop-answers.ts';

const tenant = 'tenanttenant' as TenantId;
const taro = { localPart: 'Taro', domain: 'aoba.example' };

function open(answers: NextHopAnswer[], questionsPerMinute = 10) {
  const clock = fakeClock();
  let asked = 0;
  const limits = { knownMs: 60_000, unknownMs: 10_000, questionsPerMinute, entries: 100 };
  const book = new NextHopAnswers(clock, limits, async () => {
    asked += 1;
    return answers.shift() ?? 'unavailable';
  });
  return { clock, book, asked: () => asked };
}

test('answer() asks once and remembers', async () => {
  const { book, asked } = open(['known']);
  assert.equal(await book.answer(tenant, taro), 'known');
  assert.equal(await book.answer(tenant, { ...taro, localPart: 'tARO' }), 'known');
  assert.equal(asked(), 1);
});

test('answer() joins equal questions under way', async () => {
  const { book, asked } = open(['unknown']);
  assert.deepEqual(await Promise.all([book.answer(tenant, taro), book.answer(tenant, taro)]), ['unknown', 'unknown']);
  assert.equal(asked(), 1);
});

test('answer() gives the last answer while the next hop is out of reach, and "unavailable" without one', async () => {
  const { clock, book } = open(['known', 'unavailable']);
  assert.equal(await book.answer(tenant, taro), 'known');
  clock.advance(120_000);
  assert.equal(await book.answer(tenant, taro), 'known');
  assert.equal(await book.answer(tenant, { ...taro, localPart: 'jiro' }), 'unavailable');
});

test('answer() does not ask more often than it may', async () => {
  const { book, asked } = open(['unknown', 'unknown', 'unknown'], 2);
  const answers: NextHopAnswer[] = [];
  for (const localPart of ['a', 'b', 'c']) answers.push(await book.answer(tenant, { ...taro, localPart }));
  assert.deepEqual(answers, ['unknown', 'unknown', 'unavailable']);
  assert.equal(asked(), 2);
});

test('setLimits() holds for the answers that come from then on', async () => {
  const { book, clock, asked } = open(['known', 'known', 'known']);
  book.setLimits({ knownMs: 1000, questionsPerMinute: 2 });
  await book.answer(tenant, taro);
  clock.advance(1001);
  await book.answer(tenant, taro);
  clock.advance(1001);
  await book.answer(tenant, taro);
  assert.equal(asked(), 2);
});
