import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SekishoError } from '@sekisho/terms';
import { type Answer, answerTo, Caller, CallLostError, type Question } from './calls.ts';

test('call() brings back the value, or the error with its id', async () => {
  const caller: Caller = new Caller((question: Question) => {
    void answerTo(
      question,
      (body: { n: number }) => {
        if (body.n === 0) throw new SekishoError('zero', 'Cannot use zero', { detail: { n: 0 } });
        return body.n * 2;
      },
      () => assert.fail(),
    ).then((answer: Answer) => caller.take(answer));
  }, 1000);
  assert.equal(await caller.call({ n: 21 }), 42);
  await assert.rejects(caller.call({ n: 0 }), { id: 'zero', message: 'Cannot use zero', detail: { n: 0 } });
});

test('call() ends at its deadline and when the line ends', async () => {
  const caller = new Caller(() => undefined, 10);
  await assert.rejects(caller.call({}), CallLostError);
  const lost = caller.call({}, 60_000);
  caller.end();
  await assert.rejects(lost, /line ended/);
});

test('answerTo() tells the other side nothing about an unforeseen error', async () => {
  const seen: unknown[] = [];
  const answer = await answerTo(
    { ask: 1, body: null },
    () => {
      throw new TypeError('secret');
    },
    (error) => seen.push(error),
  );
  assert.equal(answer.fault?.id, 'unforeseen');
  assert.ok(!JSON.stringify(answer).includes('secret'));
  assert.equal(seen.length, 1);
});

test('a question that cannot be sent rejects at once, and nothing is left to reject later', async () => {
  const caller = new Caller(() => {
    throw new TypeError('cannot be cloned');
  }, 20);
  await assert.rejects(caller.call({}), /cannot be cloned/);
  await new Promise((resolve) => setTimeout(resolve, 40));
});

test('call() without a deadline waits for the outcome, and is told when the line ends', async () => {
  const asked: Question[] = [];
  const caller = new Caller((question) => asked.push(question), 5);
  const first = caller.call({}, null);
  const second = caller.call({}, null);
  await new Promise((resolve) => setTimeout(resolve, 20));
  caller.take({ answer: asked[0]!.ask, value: 'late' });
  assert.equal(await first, 'late');
  caller.end();
  await assert.rejects(second, /line ended/);
});
