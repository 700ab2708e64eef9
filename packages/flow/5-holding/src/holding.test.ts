import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openTestStores, type TestStores } from '@sekisho/tenants/testing';
import type { Actor, Disposition } from '@sekisho/terms';
import { HeldNotFoundError, HeldSettledError, ReleaseRefusedError } from './errors.ts';
import { expireDue } from './expire-due.ts';
import { heldId, parseHeldId } from './held.ts';
import { counts, list, stepsOf } from './list.ts';
import { migrations } from './migrations.ts';
import { openEntries } from './open-entries.ts';
import { release } from './release.ts';
import { remove } from './remove.ts';
import { findHeld } from './settle.ts';
import { testPlan, testWaiting } from './testing.ts';

const DAY_MS = 86_400_000;
const operator: Actor = { kind: 'operator', name: 'hanako' };
const system: Actor = { kind: 'system', name: 'schedule' };
const deliver: Disposition = { kind: 'deliver' };
const dmarc: Disposition = { kind: 'quarantine', reason: 'dmarc-reject' };
const present = (disposition: Disposition = dmarc, infected = false) => ({
  decision: testPlan([disposition]).decisions[0]!,
  infected,
});
const question = (id: string, change: object = {}) => ({
  id,
  note: 'asked',
  force: false,
  present: present(),
  ...change,
});

async function openWith(dispositions: readonly Disposition[], messages = 1): Promise<TestStores & { ids: string[] }> {
  const test = await openTestStores(migrations);
  const ids: string[] = [];
  await test.stores.transact(test.tenant, 'ingest', async (tx, { now }) => {
    for (let number = 1; number <= messages; number++) {
      const waiting = testWaiting(dispositions, number);
      await openEntries(tx, waiting, { now });
      ids.push(...dispositions.flatMap((one, at) => (one.kind === 'deliver' ? [] : [heldId(waiting.spoolId, at)])));
    }
  });
  return { ...test, ids };
}

const act = <A>(test: TestStores, work: Parameters<typeof test.stores.transact<A>>[2]) =>
  test.stores.transact(test.tenant, 'full', work);

test('openEntries() opens an entry for each forward-path that is not delivered', async () => {
  await using test = await openWith([deliver, dmarc, { kind: 'hold', approver: 'boss' }]);
  const { entries } = await test.stores.read(test.tenant, (tx) => list(tx, { limit: 10 }));
  assert.deepEqual(
    entries.map(({ position, kind, reason, state }) => [position, kind, reason, state]),
    [
      [2, 'hold', 'rule-2', 'waiting'],
      [1, 'quarantine', 'dmarc-reject', 'waiting'],
    ],
  );
  const held = entries[1]!;
  assert.equal(held.deadline - held.openedAt, 14 * DAY_MS);
  assert.deepEqual([held.why, held.subject, held.forwardPath.localPart], [{ ja: '理由', en: 'why' }, '見積書', 'U1']);
});

test('openEntries() changes nothing when the spool is replayed, even after a release', async () => {
  await using test = await openWith([dmarc]);
  await act(test, (tx, { now }) => release(tx, question(test.ids[0]!), { now, by: operator }));
  const opened = await act(test, (tx, { now }) => openEntries(tx, testWaiting([dmarc]), { now: now + 5 }));
  assert.equal(opened, 0);
  const held = await test.stores.read(test.tenant, (tx) => findHeld(tx, test.ids[0]!));
  assert.equal(held.state, 'released');
});

test('openEntries() keeps what was rejected after it was accepted', async () => {
  await using test = await openWith([{ kind: 'reject', reply: { code: 550, text: 'no' } }]);
  const held = await test.stores.read(test.tenant, (tx) => findHeld(tx, test.ids[0]!));
  assert.deepEqual([held.kind, held.reason], ['quarantine', 'rule-0']);
});

test('release() gives delivery its forward-path once, and nothing the second time', async () => {
  await using test = await openWith([deliver, dmarc]);
  const [id] = test.ids as [string];
  const go = () => act(test, (tx, { now }) => release(tx, question(id), { now, by: operator }));
  const first = await go();
  assert.deepEqual(first.enqueue, {
    spoolId: first.held.spoolId,
    position: 1,
    forwardPath: { localPart: 'U1', domain: 'customer.example' },
  });
  assert.deepEqual([first.held.state, first.held.settledBy], ['released', operator]);
  assert.equal((await go()).enqueue, null);
  const steps = await test.stores.read(test.tenant, (tx) => stepsOf(tx, { spoolId: first.held.spoolId }));
  assert.deepEqual(
    steps.map(({ what, by, note }) => [what, by?.name, note]),
    [
      ['opened', undefined, 'dmarc-reject'],
      ['released', 'hanako', 'asked'],
    ],
  );
});

test('release() refuses whoever is no operator', async () => {
  await using test = await openWith([dmarc]);
  for (const by of [system, { kind: 'user', name: 'u0@customer.example' } as const]) {
    await assert.rejects(
      act(test, (tx, { now }) => release(tx, question(test.ids[0]!, { force: true }), { now, by })),
      (error) => error instanceof ReleaseRefusedError && error.refusal === 'not-allowed',
    );
  }
});

test('release() lets a virus go only by force, and records that it was force', async () => {
  await using test = await openWith([{ kind: 'quarantine', reason: 'infected' }]);
  const infected = { present: present({ kind: 'quarantine', reason: 'infected' }, true) };
  const go = (change: object) =>
    act(test, (tx, { now }) => release(tx, question(test.ids[0]!, { ...infected, ...change }), { now, by: operator }));
  await assert.rejects(go({}), (error) => error instanceof ReleaseRefusedError && error.refusal === 'infected');
  assert.notEqual((await go({ force: true })).enqueue, null);
  const steps = await test.stores.read(test.tenant, (tx) =>
    stepsOf(tx, { spoolId: parseHeldId(test.ids[0]!)!.spoolId }),
  );
  assert.equal(steps[1]!.forced, true);
});

test('release() asks again when the present rules stop the message for another reason', async () => {
  await using test = await openWith([dmarc]);
  const go = (now: Disposition, force = false) =>
    act(test, (tx, state) =>
      release(tx, question(test.ids[0]!, { present: present(now), force }), { now: state.now, by: operator }),
    );
  await assert.rejects(
    go({ kind: 'quarantine', reason: 'programs' }),
    (error) => error instanceof ReleaseRefusedError && error.refusal === 'plan-changed',
  );
  assert.notEqual((await go(deliver)).enqueue, null);
});

test('remove() is final, and repeating it changes nothing', async () => {
  await using test = await openWith([dmarc]);
  const id = test.ids[0]!;
  const go = () => act(test, (tx, { now }) => remove(tx, { id, note: '' }, { now, by: operator }));
  assert.equal((await go()).state, 'deleted');
  assert.equal((await go()).state, 'deleted');
  await assert.rejects(
    act(test, (tx, { now }) => release(tx, question(id, { force: true }), { now, by: operator })),
    HeldSettledError,
  );
});

test('expireDue() gives what is due its outcome, a piece at a time, and traces it', async () => {
  await using test = await openWith([dmarc], 5);
  const expire = (limit: number) => act(test, (tx, { now }) => expireDue(tx, { limit }, { now, by: system }));
  assert.equal((await expire(10)).length, 0);
  test.clock.advance(14 * DAY_MS - 1);
  assert.equal((await expire(10)).length, 0);
  test.clock.advance(1);
  assert.equal((await expire(3)).length, 3);
  assert.equal((await expire(3)).length, 2);
  assert.equal((await expire(3)).length, 0);
  const { byState, oldestWaitingAt } = await test.stores.read(test.tenant, (tx) => counts(tx));
  assert.deepEqual([byState, oldestWaitingAt], [{ waiting: 0, released: 0, deleted: 0, expired: 5 }, null]);
  await assert.rejects(
    act(test, (tx, { now }) => release(tx, question(test.ids[0]!), { now, by: operator })),
    HeldSettledError,
  );
});

test('list() pages newest first and filters', async () => {
  await using test = await openWith([dmarc, { kind: 'quarantine', reason: 'infected' }], 3);
  const read = (q: object) => test.stores.read(test.tenant, (tx) => list(tx, { limit: 4, ...q }));
  const first = await read({});
  assert.deepEqual([first.entries.length, first.cursor !== null], [4, true]);
  const second = await read({ cursor: first.cursor });
  assert.deepEqual([second.entries.length, second.cursor], [2, null]);
  const ids = [...first.entries, ...second.entries].map(({ id }) => id);
  assert.deepEqual(ids, [...test.ids].reverse());
  assert.equal((await read({ reason: 'infected' })).entries.length, 3);
  assert.equal((await read({ recipient: 'U0@Customer.example', state: 'waiting' })).entries.length, 3);
  assert.equal((await read({ state: 'expired' })).entries.length, 0);
});

test('an id of another tenant or of no form finds nothing', async () => {
  await using test = await openWith([dmarc]);
  for (const id of [test.ids[0]!, `${test.ids[0]!}0`, 'x', "' OR 1=1 --"]) {
    await assert.rejects(
      test.stores.read(test.other, (tx) => findHeld(tx, id)),
      HeldNotFoundError,
    );
  }
  assert.equal((await test.stores.read(test.other, (tx) => list(tx, { limit: 10 }))).entries.length, 0);
});

test('a release that is not committed never happened', async () => {
  await using test = await openWith([dmarc]);
  await assert.rejects(
    act(test, async (tx, { now }) => {
      await release(tx, question(test.ids[0]!), { now, by: operator });
      throw new Error('killed before the commit');
    }),
  );
  const again = await act(test, (tx, { now }) => release(tx, question(test.ids[0]!), { now, by: operator }));
  assert.notEqual(again.enqueue, null);
});
