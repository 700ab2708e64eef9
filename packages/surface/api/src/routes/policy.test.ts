import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testRow, testSpoolId } from '@sekisho/archive/testing';
import { openTestApi, type TestApi } from '../testing.ts';

const BY = { kind: 'operator', name: 'test' } as const;
const rule = (id: string, when: object, action: object) => ({ id, when, action });
const quarantine = { name: 'quarantine', with: { reason: 'check' } };
const deliver = { name: 'deliver' };
const about = (text: string) =>
  rule('about', { name: 'header/contains', with: { field: 'Subject', text } }, quarantine);

/** Messages 1 and 2 of the tenant; the body of 2 says what its subject is. */
async function archiveTwo(api: TestApi): Promise<void> {
  const rows = [testRow({ number: 1 }), testRow({ number: 2, subject: '議事録' })];
  await api.services.dispatch(api.kumo, 'archive', 'take', { rows }, BY);
  api.bodies.set(testSpoolId(1), Buffer.from('Subject: other\r\n\r\n議事録\r\n'));
  api.bodies.set(
    testSpoolId(2),
    Buffer.from(`Subject: =?UTF-8?B?${Buffer.from('議事録').toString('base64')}?=\r\n\r\n`),
  );
}

test('policyRoutes() puts rules in force, tells what changed, and refuses rules made from others', async () => {
  await using api = await openTestApi();
  const first = await api.ask<{ entry: { number: number; version: string } }>('GET', '/tenants/kumo/policy');
  assert.equal(first.body.entry.number, 0);
  const expected = first.body.entry.version;
  const rules = [rule('all', { name: 'always' }, deliver), rule('never', { name: 'always' }, quarantine)];
  const set = await api.ask('PUT', '/tenants/kumo/policy', { rules, note: 'less', expected });
  assert.equal(set.status, 200);
  assert.deepEqual(set.body['unreachable'], [{ rule: 'never', because: 'all' }]);
  assert.deepEqual(api.told, [`rules ${api.kumo}`]);
  const again = await api.ask<{ error: { id: string } }>('PUT', '/tenants/kumo/policy', { rules, expected });
  assert.deepEqual([again.status, again.body.error.id], [409, 'policy.rules-changed']);
  const differences = (
    await api.ask<{ differences: { kind: string; id: string }[] }>(
      'GET',
      '/tenants/kumo/policy/differences?from=0&to=1',
    )
  ).body.differences;
  assert.deepEqual(
    differences.filter(({ kind }) => kind === 'added').map(({ id }) => id),
    ['all', 'never'],
  );
  const reverted = await api.ask<{ entry: { number: number; reverts: number } }>(
    'POST',
    '/tenants/kumo/policy/revert',
    { number: 0 },
  );
  assert.deepEqual([reverted.body.entry.number, reverted.body.entry.reverts], [2, 0]);
  const history = await api.ask<{ entries: { number: number }[]; next: number | null }>(
    'GET',
    '/tenants/kumo/policy/history',
  );
  assert.deepEqual([history.body.entries.map(({ number }) => number), history.body.next], [[2, 1, 0], null]);
});

test('policyRoutes() gives back what it takes: shown rules can be set again', async () => {
  await using api = await openTestApi();
  const { body } = await api.ask<{ rules: { says?: unknown }[] }>('GET', '/tenants/kumo/policy');
  const rules = body.rules.map(({ says: _says, ...kept }) => kept);
  assert.deepEqual((await api.ask('PUT', '/tenants/kumo/policy', { rules })).body['differences'], []);
});

test('policyRoutes() tries rules on a message of the past, also about fields that nobody reported', async () => {
  await using api = await openTestApi();
  await archiveTwo(api);
  const decide = async (number: number) => {
    const asked = { rules: [about('議事録'), rule('rest', { name: 'always' }, deliver)], message: testSpoolId(number) };
    const { body } = await api.ask<{ decisions: { rule: string; disposition: string }[] }>(
      'POST',
      '/tenants/kumo/policy/test',
      asked,
    );
    return body.decisions.map(({ rule: name, disposition }) => [name, disposition]);
  };
  assert.deepEqual(await decide(1), [['rest', 'deliver']]);
  assert.deepEqual(await decide(2), [['about', 'quarantine']]);
});

test('dryRunRoutes() says for which past mail the outcome would differ, and changes nothing', async () => {
  await using api = await openTestApi();
  await archiveTwo(api);
  const rules = [about('議事録'), rule('rest', { name: 'always' }, deliver)];
  const { body } = await api.ask<{ looked: number; count: number; differences: { message: string }[] }>(
    'POST',
    '/tenants/kumo/policy/dry-run',
    { rules },
  );
  assert.deepEqual([body.looked, body.count], [2, 1]);
  assert.deepEqual(
    body.differences.map(({ message }) => message),
    [testSpoolId(2)],
  );
  assert.deepEqual(api.told, []);
});

test('policyRoutes() describes everything that rules can name', async () => {
  await using api = await openTestApi();
  const { body } = await api.ask<Record<'conditions' | 'actions', { name: string; parameters: { type?: string } }[]>>(
    'GET',
    '/policy/catalogue',
  );
  assert.ok(body.conditions.some(({ name }) => name === 'header/contains'));
  for (const { name, parameters } of [...body.conditions, ...body.actions])
    assert.equal(parameters.type, 'object', name);
});
