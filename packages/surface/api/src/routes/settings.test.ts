import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openTestApi, type TestApi } from '../testing.ts';
import type { SettingView } from './settings.ts';

async function setting(
  api: TestApi,
  base: string,
  wanted: string,
): Promise<Pick<SettingView, 'value' | 'from'> | null> {
  const { body } = await api.ask<{ settings: SettingView[] }>('GET', `${base}/settings`);
  const found = body.settings.find(({ name }) => name === wanted);
  return found ? { value: found.value, from: found.from } : null;
}

test('settingRoutes() shows what holds and where it is set, from the default down to the tenant', async () => {
  await using api = await openTestApi();
  const days = (base: string) => setting(api, base, 'quarantine.days');
  assert.deepEqual(await days('/tenants/kumo'), { value: 14, from: 'default' });
  await api.ask('PUT', '/settings/quarantine.days', { value: 20 });
  assert.deepEqual(await days('/tenants/kumo'), { value: 20, from: 'installation' });
  await api.ask('PUT', '/tenants/kumo/settings/quarantine.days', { value: 30 });
  assert.deepEqual(await days('/tenants/kumo'), { value: 30, from: 'tenant' });
  assert.deepEqual(await days('/tenants/yama'), { value: 20, from: 'installation' });
  await api.ask('DELETE', '/tenants/kumo/settings/quarantine.days');
  assert.deepEqual(await days('/tenants/kumo'), { value: 20, from: 'installation' });
  assert.equal(api.told.length, 3);
});

test('settingRoutes() offers a tenant only what a tenant can have', async () => {
  await using api = await openTestApi();
  assert.equal(await setting(api, '/tenants/kumo', 'smtp.message-octets'), null);
  assert.equal((await api.ask('PUT', '/tenants/kumo/settings/smtp.message-octets', { value: 1e6 })).status, 422);
});

test('settingRoutes() says that nothing changed when the value was there already', async () => {
  await using api = await openTestApi();
  const set = () => api.ask('PUT', '/settings/queue.retry-minutes', { value: [1, 2] });
  assert.notEqual((await set()).body['change'], null);
  assert.equal((await set()).body['change'], null);
  assert.deepEqual(api.told, ['installation']);
});
