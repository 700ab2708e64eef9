import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Turns } from './turns.ts';

test('Turns serves owners in turn, so that a pile of one delays another by one piece', async () => {
  const turns = new Turns();
  const order: string[] = [];
  const piece = (name: string) => async () => void order.push(name);
  const pile = Array.from({ length: 5 }, (_, at) => turns.run('a', piece(`a${at}`)));
  const other = turns.run('b', piece('b'));
  await Promise.all([...pile, other]);
  assert.deepEqual(order, ['a0', 'a1', 'b', 'a2', 'a3', 'a4']);
});

test('Turns gives the event loop a turn while work is waiting', async () => {
  const turns = new Turns();
  let looped = 0;
  const counting = setInterval(() => looped++, 1);
  const busy = async () => {
    for (const end = performance.now() + 2; performance.now() < end; );
  };
  await Promise.all(Array.from({ length: 20 }, () => turns.run('a', busy)));
  clearInterval(counting);
  assert.ok(looped >= 4, `the loop turned ${looped} times in 40 ms`);
});

test('Turns goes on after a piece that fails', async () => {
  const turns = new Turns();
  const failing = turns.run('a', () => Promise.reject(new Error('no')));
  const next = turns.run('a', async () => 'yes');
  await assert.rejects(failing, /no/);
  assert.equal(await next, 'yes');
  assert.equal(turns.length, 0);
});
