import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Actor, TenantId } from '@sekisho/terms';
import { z } from 'zod';
import { answerHere, dispatchHere } from './answer-here.ts';
import { changes, ingests, reads } from './command.ts';
import { StatementRefusedError, TenantNotFoundError } from './errors.ts';
import { openTestStores } from './testing.ts';

const migrations = [{ room: 'shelf', version: 1, sql: 'CREATE TABLE book (id TEXT PRIMARY KEY, by TEXT)' }];
const by: Actor = { kind: 'operator', name: 'hanako' };
const rooms = {
  shelf: {
    add: changes(z.object({ id: z.string().min(1) }), async (tx, q, context) => {
      await tx.run('INSERT INTO book (id, by) VALUES (?, ?)', q.id, context.by.name);
      return context.now;
    }),
    take: ingests(z.object({ id: z.string() }), async (tx, q, { batch }) => {
      await tx.run('INSERT INTO book (id) VALUES (?)', q.id);
      return batch;
    }),
    show: reads(z.object({ id: z.string(), limit: z.number().default(10) }), async (tx, q) => ({
      found: await tx.one<{ by: string }>('SELECT by FROM book WHERE id = ?', q.id),
      limit: q.limit,
    })),
    cheat: reads(z.object({}), (tx) => tx.all('DELETE FROM book RETURNING id')),
  },
} as const;

test('dispatchHere() carries a question to its command and the answer back', async () => {
  await using house = await openTestStores(migrations);
  const dispatch = dispatchHere(house.stores, rooms);
  assert.equal(await dispatch(house.tenant, 'shelf', 'add', { id: 'a' }, by), house.clock.now());
  assert.equal(await dispatch(house.tenant, 'shelf', 'take', { id: 'b' }, by), 1);
  const { found, limit } = await dispatch(house.tenant, 'shelf', 'show', { id: 'a' }, by);
  assert.deepEqual([found?.by, limit], ['hanako', 10]);
});

test('answerHere() refuses rooms and commands that are not its own names', async () => {
  await using house = await openTestStores(migrations);
  const answer = answerHere(house.stores, rooms);
  const message = { tenant: house.tenant, question: { id: 'a' }, by };
  for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'nothing', '']) {
    await assert.rejects(answer({ ...message, room: name, command: 'add' }), { id: 'no-such-room' });
    await assert.rejects(answer({ ...message, room: 'shelf', command: name }), { id: 'no-such-command' });
  }
});

test('answerHere() refuses a question that the schema refuses, without repeating its values', async () => {
  await using house = await openTestStores(migrations);
  const answer = answerHere(house.stores, rooms);
  const message = { tenant: house.tenant, room: 'shelf', command: 'add', by };
  for (const question of [undefined, null, 'a', {}, { id: 7 }, { id: '' }, [{ id: 'a' }]])
    await assert.rejects(answer({ ...message, question }), { id: 'bad-question' });
  await assert.rejects(
    answer({ ...message, question: { id: ['secret'] } }),
    (error: Error) => !error.message.includes('secret'),
  );
});

test('answerHere() refuses what is no message', async () => {
  await using house = await openTestStores(migrations);
  const answer = answerHere(house.stores, rooms);
  const good = { tenant: house.tenant, room: 'shelf', command: 'show', question: { id: 'a' }, by };
  assert.ok(await answer(good));
  const wrong = [null, 'shelf', { ...good, tenant: '../x' }, { ...good, by: { kind: 'root', name: 'x' } }, {}];
  for (const message of wrong) await assert.rejects(answer(message), { id: 'bad-message' });
});

test('answerHere() does not begin what its deadline has passed', async () => {
  await using house = await openTestStores(migrations);
  const dispatch = dispatchHere(house.stores, rooms);
  const deadline = house.clock.now() + 100;
  assert.ok(await dispatch(house.tenant, 'shelf', 'add', { id: 'a' }, by, deadline));
  house.clock.advance(101);
  await assert.rejects(dispatch(house.tenant, 'shelf', 'add', { id: 'b' }, by, deadline), { id: 'too-late' });
});

test('a command that reads cannot change, and one of another tenant finds nothing', async () => {
  await using house = await openTestStores(migrations);
  const dispatch = dispatchHere(house.stores, rooms);
  await dispatch(house.tenant, 'shelf', 'add', { id: 'a' }, by);
  await assert.rejects(dispatch(house.tenant, 'shelf', 'cheat', {}, by), StatementRefusedError);
  assert.equal((await dispatch(house.other, 'shelf', 'show', { id: 'a' }, by)).found, undefined);
  const stranger = 'strangerid' as TenantId;
  await assert.rejects(dispatch(stranger, 'shelf', 'show', { id: 'a' }, by), TenantNotFoundError);
});
