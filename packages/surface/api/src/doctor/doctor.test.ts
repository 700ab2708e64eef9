import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openTestApi, type TestApi } from '../testing.ts';
import { examineSystem } from './examine-system.ts';
import type { Finding } from './finding.ts';

const BY = { kind: 'operator', name: 'test' } as const;

async function findingsOf(api: TestApi, tenant: string): Promise<string[]> {
  const { body } = await api.ask<{ findings: Finding[] }>('GET', '/doctor');
  return body.findings.filter((one) => one.tenant === tenant).map(({ id, level }) => `${id} ${level}`);
}

test('the doctor finds domains without route, recipients and keys, and is content when they are there', async () => {
  await using api = await openTestApi();
  assert.deepEqual(await findingsOf(api, 'kumo'), [
    'route-missing bad',
    'recipients-missing bad',
    'dkim-key-missing warning',
  ]);
  const route = '/tenants/kumo/routes/kumo.example';
  await api.ask('PUT', route, { nextHop: 'mx', recipientMode: 'accept-all' });
  assert.deepEqual(await findingsOf(api, 'kumo'), ['route-accepts-all warning', 'dkim-key-missing warning']);
  await api.ask('PUT', route, { nextHop: 'mx' });
  const rows = [{ line: 1, address: { localPart: 'taro', domain: 'kumo.example' }, display: '' }];
  await api.services.dispatch(api.kumo, 'access', 'importRecipients', { rows, domains: ['kumo.example'] }, BY);
  await api.ask('POST', '/tenants/kumo/domains/kumo.example/dkim-keys', { algorithm: 'ed25519-sha256' });
  assert.deepEqual(await findingsOf(api, 'kumo'), []);
});

test('the doctor tells of a suspended tenant and of one without a domain', async () => {
  await using api = await openTestApi();
  await api.ask('POST', '/tenants/yama/suspend');
  await api.ask('DELETE', '/tenants/yama/domains/yama.example');
  assert.deepEqual(await findingsOf(api, 'yama'), ['tenant-suspended warning', 'domain-missing warning']);
});

test('examineSystem() tells of processes that are not ready or were restarted, and of old debt', async () => {
  const levels = (restarts: number, state: string, oldestOwedMs: number) =>
    examineSystem({
      control: {
        processes: () => [{ name: 'core', pid: 1, state, restarts }],
        backlog: () => ({ inspection: 0, writers: 0, owed: 1, oldestOwedMs }),
      } as never,
    }).map(({ id, level }) => `${id} ${level}`);
  assert.deepEqual(levels(0, 'ready', 0), ['process good', 'spool good', 'sqlite good']);
  assert.deepEqual(levels(2, 'ready', 120_000), ['process warning', 'spool warning', 'sqlite good']);
  assert.deepEqual(levels(0, 'down', 3_600_000), ['process bad', 'spool bad', 'sqlite good']);
});

test('every finding that is not good says what to do, in both languages', async () => {
  await using api = await openTestApi();
  const { body } = await api.ask<{ findings: Finding[] }>('GET', '/doctor');
  for (const { id, level, what, todo } of body.findings) {
    assert.ok(what.ja && what.en, id);
    if (level !== 'good') assert.ok(todo?.ja && todo.en, id);
  }
});
