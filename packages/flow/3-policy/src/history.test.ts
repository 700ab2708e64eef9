import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Actor } from '@sekisho/terms';
import { openTestStores } from '@sekisho/tenants/testing';
import { commands } from './commands.ts';
import { defaultRules } from './default-rules.ts';
import { RulesChangedError, RulesNotFoundError, RulesRefusedError } from './errors.ts';
import { currentRules, rulesHistory, setRules } from './history.ts';
import { migrations } from './migrations.ts';
import { ruleSetOf } from './version.ts';

const by: Actor = { kind: 'operator', name: 'hanako' };
const quarantineAll = { id: 'all', when: { name: 'always' }, action: { name: 'quarantine', with: { reason: 'all' } } };
const context = { now: 1000, by, batch: 0, durableBatch: 0 };

test('currentRules() answers the default rules before anybody set others', async () => {
  await using test = await openTestStores(migrations);
  const { entry, rules, ruleSet } = await test.stores.read(test.tenant, (tx) => currentRules(tx));
  assert.equal(entry.number, 0);
  assert.equal(rules, defaultRules);
  assert.equal(entry.version, ruleSet.version);
});

test('setRules() puts rules in force with who, when, difference and warnings', async () => {
  await using test = await openTestStores(migrations);
  const set = await test.stores.transact(test.tenant, 'full', (tx) =>
    setRules(tx, { rules: [quarantineAll, ...defaultRules.slice(0, 1)], note: 'drill' }, context),
  );
  assert.deepEqual(set.entry.by, by);
  assert.equal(set.entry.setAt, 1000);
  assert.deepEqual(
    set.differences.map((one) => one.kind),
    ['removed', 'removed', 'removed', 'removed', 'added'],
  );
  assert.deepEqual(set.unreachable, [{ rule: 'infected', because: 'all' }]);
  const current = await test.stores.read(test.tenant, (tx) => currentRules(tx));
  assert.equal(current.rules[0]!.id, 'all');
  assert.equal(current.entry.version, set.entry.version);
  const other = await test.stores.read(test.other, (tx) => currentRules(tx));
  assert.equal(other.rules, defaultRules);
});

test('currentRules() reads the rules of a version once, so that a batch costs no parse', async () => {
  await using test = await openTestStores(migrations);
  await test.stores.transact(test.tenant, 'full', (tx) => setRules(tx, { rules: [quarantineAll], note: '' }, context));
  const read = () => test.stores.read(test.tenant, (tx) => currentRules(tx));
  assert.equal((await read()).ruleSet, (await read()).ruleSet);
});

test('setRules() refuses faulty rules and rules made from an older version', async () => {
  await using test = await openTestStores(migrations);
  const set = (question: { rules: unknown; note: string; expected?: string }) =>
    test.stores.transact(test.tenant, 'full', (tx) => setRules(tx, question, context));
  await assert.rejects(set({ rules: [{ id: 'a' }], note: '' }), RulesRefusedError);
  const { version } = ruleSetOf(defaultRules);
  await set({ rules: [quarantineAll], note: '', expected: version });
  await assert.rejects(set({ rules: [], note: '', expected: version }), RulesChangedError);
});

test('revert brings an entry back as a new one and keeps the history', async () => {
  await using test = await openTestStores(migrations);
  const { tenant, stores } = test;
  await stores.transact(tenant, 'full', (tx) => setRules(tx, { rules: [quarantineAll], note: '' }, context));
  await stores.transact(tenant, 'full', (tx) => setRules(tx, { rules: [], note: '' }, context));
  await stores.transact(tenant, 'full', (tx) => commands.revert.run(tx, { number: 1, note: 'back' }, context));
  const first = await stores.transact(tenant, 'full', (tx) =>
    commands.revert.run(tx, { number: 0, note: '' }, context),
  );
  assert.equal(first.entry.version, ruleSetOf(defaultRules).version);
  const history = await stores.read(tenant, (tx) => rulesHistory(tx, { limit: 50 }));
  assert.deepEqual(
    history.map(({ number, reverts }) => [number, reverts]),
    [
      [4, 0],
      [3, 1],
      [2, null],
      [1, null],
      [0, null],
    ],
  );
  const page = await stores.read(tenant, (tx) => rulesHistory(tx, { limit: 2, before: 3 }));
  assert.deepEqual(
    page.map(({ number }) => number),
    [2, 1],
  );
  const difference = await stores.read(tenant, (tx) => commands.difference.run(tx, { from: 1, to: 2 }, context));
  assert.deepEqual(
    difference.map(({ kind }) => kind),
    ['removed'],
  );
  await assert.rejects(
    stores.transact(tenant, 'full', (tx) => commands.revert.run(tx, { number: 99, note: '' }, context)),
    RulesNotFoundError,
  );
});
