import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { openTestQueue } from '../testing/queue-setup.ts';
import type { Lease } from './recipient.ts';
import type { AttemptResult } from './settle.ts';

type Queue = Awaited<ReturnType<typeof openTestQueue>>;

/** What the test believes of a recipient. */
interface Believed {
  state: 'waiting' | 'leased' | 'delivered' | 'failed' | 'cancelled';
  lease: number;
  cancelling: boolean;
  dueAt: number;
}

class Model {
  readonly rows = new Map<string, Believed>();
  readonly leases: Lease[] = [];
  sent = 0;
}

type Step = (queue: Queue, model: Model) => Promise<void>;

const leaseMs = 60_000;
const keyOf = ({ message, recipient }: { message: string; recipient: number }) => `${message}/${recipient}`;

const put =
  (count: number): Step =>
  async (queue, model) => {
    const message = `m${String(model.sent++).padStart(3, '0')}`;
    await queue.put(message, ['a', 'b', 'c'].slice(0, count));
    for (let recipient = 0; recipient < count; recipient++)
      model.rows.set(`${message}/${recipient}`, {
        state: 'waiting',
        lease: 0,
        cancelling: false,
        dueAt: queue.clock.now(),
      });
  };

const advance =
  (ms: number): Step =>
  async (queue) =>
    queue.clock.advance(ms);

const claim =
  (limit: number): Step =>
  async (queue, model) => {
    const now = queue.clock.now();
    const due = [...model.rows]
      .filter(([, row]) => isOpen(row) && row.dueAt <= now)
      .sort(([a, one], [b, other]) => one.dueAt - other.dueAt || (a < b ? -1 : 1))
      .slice(0, limit);
    const expected = due.filter(([, row]) => !row.cancelling).map(([key]) => key);
    for (const [, row] of due.filter(([, { cancelling }]) => cancelling))
      Object.assign(row, { state: 'cancelled', cancelling: false });
    const { leases } = await queue.claim({ limit, leaseMs });
    assert.deepEqual(leases.map(keyOf), expected, 'exactly the oldest due rows are claimed');
    for (const lease of leases) {
      const row = model.rows.get(keyOf(lease))!;
      assert.ok(lease.lease > row.lease, 'the token grows');
      Object.assign(row, { state: 'leased', lease: lease.lease, dueAt: now + leaseMs });
      model.leases.push(lease);
    }
  };

const settle =
  (which: number, outcome: AttemptResult['outcome']): Step =>
  async (queue, model) => {
    const lease = model.leases[which % Math.max(1, model.leases.length)];
    if (lease === undefined) return;
    const row = model.rows.get(keyOf(lease))!;
    const holds = row.state === 'leased' && row.lease === lease.lease;
    const { stale } = await queue.settle(lease, outcome);
    assert.equal(stale.length, holds ? 0 : 1, 'a stale token is refused and told');
    if (!holds) return;
    const goesBack = outcome.kind === 'deferred' || outcome.kind === 'postponed';
    row.state = goesBack ? (row.cancelling ? 'cancelled' : 'waiting') : outcome.kind;
    row.cancelling = false;
    if (goesBack) row.dueAt = outcome.dueAt;
  };

const cancel =
  (which: number): Step =>
  async (queue, model) => {
    const [key, row] = [...model.rows][which % Math.max(1, model.rows.size)] ?? [];
    if (key === undefined || row === undefined) return;
    const [message = '', recipient = '0'] = key.split('/');
    await queue.ask('cancel', { which: { message, recipient: Number(recipient) } });
    if (row.state === 'waiting') row.state = 'cancelled';
    else if (row.state === 'leased') row.cancelling = true;
  };

const retry =
  (which: number): Step =>
  async (queue, model) => {
    const [key, row] = [...model.rows][which % Math.max(1, model.rows.size)] ?? [];
    if (key === undefined || row === undefined) return;
    const [message = '', recipient = '0'] = key.split('/');
    await queue.ask('retry', { which: { message, recipient: Number(recipient) } });
    if (['waiting', 'failed', 'cancelled'].includes(row.state)) {
      if (row.state !== 'waiting' || row.dueAt > queue.clock.now()) row.dueAt = queue.clock.now();
      row.state = 'waiting';
    }
  };

const reclaim: Step = async (queue, model) => {
  await queue.ask('reclaim', { owner: 'run-2' });
  for (const row of model.rows.values()) if (row.state === 'leased') row.dueAt = Math.min(row.dueAt, queue.clock.now());
};

const isOpen = (row: Believed) => row.state === 'waiting' || row.state === 'leased';

/** A step that a counterexample shows by its name. */
const named = (name: string, step: Step): Step => Object.assign(step, { [fc.toStringMethod]: () => name });

const at = fc.nat({ max: 30 });
const outcomes = fc.constantFrom<AttemptResult['outcome']>(
  { kind: 'delivered', dsnAware: false },
  { kind: 'failed', cause: 'remote' },
  { kind: 'deferred', dueAt: Date.UTC(2026, 10, 20, 12, 3), delayed: false },
  { kind: 'postponed', dueAt: Date.UTC(2026, 10, 20, 12, 1), delayed: true },
);
const steps = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.integer({ min: 1, max: 3 }).map((count) => named(`put ${count}`, put(count))) },
    { weight: 4, arbitrary: fc.integer({ min: 1, max: 6 }).map((limit) => named(`claim ${limit}`, claim(limit))) },
    {
      weight: 4,
      arbitrary: fc
        .tuple(at, outcomes)
        .map(([which, outcome]) => named(`settle ${which} ${outcome.kind}`, settle(which, outcome))),
    },
    {
      weight: 2,
      arbitrary: fc.constantFrom(1_000, leaseMs, 5 * leaseMs).map((ms) => named(`advance ${ms}`, advance(ms))),
    },
    { weight: 1, arbitrary: at.map((which) => named(`cancel ${which}`, cancel(which))) },
    { weight: 1, arbitrary: at.map((which) => named(`retry ${which}`, retry(which))) },
    { weight: 1, arbitrary: fc.constant(named('reclaim', reclaim)) },
  ),
  { minLength: 5, maxLength: 60 },
);

test('the queue moves as its state machine says, whatever is done to it in whatever order', async () => {
  await using queue = await openTestQueue();
  let run = 0;
  await fc.assert(
    fc.asyncProperty(steps, async (list) => {
      await queue.stores.transact(queue.tenant, 'full', async (tx) => {
        for (const table of ['history', 'recipient', 'message']) await tx.run(`DELETE FROM delivery_${table}`);
      });
      const model = new Model();
      run++;
      for (const step of list) await step(queue, model);
      for (const [key, believed] of model.rows) {
        const [message = '', recipient = '0'] = key.split('/');
        const row = (await queue.rows(message)).find((one) => one.recipient === Number(recipient))!;
        assert.equal(row.state, believed.state, key);
        assert.equal(row.dueAt, isOpen(believed) ? believed.dueAt : null, key);
      }
    }),
    { numRuns: 60 },
  );
  assert.ok(run >= 60);
});
