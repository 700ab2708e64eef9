import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openTestApi } from '../testing.ts';

test('tenantRoutes() makes a tenant, lists it, suspends it and lets it go on', async () => {
  await using api = await openTestApi();
  const made = await api.ask('POST', '/tenants', { name: 'umi', displayName: '海運株式会社' });
  assert.equal(made.status, 201);
  assert.deepEqual(made.body, {
    id: made.body['id'],
    name: 'umi',
    displayName: '海運株式会社',
    suspendedAt: null,
    createdAt: '2026-11-20T12:00:00.000Z',
  });
  const { body } = await api.ask<{ tenants: { name: string }[] }>('GET', '/tenants');
  assert.deepEqual(
    body.tenants.map(({ name }) => name),
    ['kumo', 'umi', 'yama'],
  );
  assert.equal((await api.ask('POST', '/tenants/umi/suspend')).body['suspendedAt'], '2026-11-20T12:00:00.000Z');
  assert.equal((await api.ask('POST', '/tenants/umi/resume')).body['suspendedAt'], null);
  assert.deepEqual(api.told, ['installation', 'installation', 'installation', `kick ${made.body['id']}`]);
});
