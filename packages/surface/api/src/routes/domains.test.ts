import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openTestApi } from '../testing.ts';

test('domainRoutes() adds a domain in A-labels and takes it away', async () => {
  await using api = await openTestApi();
  const added = await api.ask('POST', '/tenants/kumo/domains', { name: '雲.Example' });
  assert.deepEqual([added.status, added.body], [201, { name: 'xn--op5a.example' }]);
  const { body } = await api.ask<{ domains: { name: string }[] }>('GET', '/tenants/kumo/domains');
  assert.deepEqual(
    body.domains.map(({ name }) => name),
    ['kumo.example', 'xn--op5a.example'],
  );
  assert.equal((await api.ask('DELETE', `/tenants/kumo/domains/${encodeURIComponent('雲.example')}`)).status, 204);
  assert.equal((await api.ask('DELETE', '/tenants/kumo/domains/xn--op5a.example')).status, 404);
});

test('routeRoutes() sets a route with its usual values, shows it and removes it', async () => {
  await using api = await openTestApi();
  const path = '/tenants/kumo/routes/kumo.example';
  assert.equal((await api.ask('GET', path)).status, 404);
  const route = {
    domain: 'kumo.example',
    nextHop: [{ host: 'mail.kumo.example', port: 25 }],
    tls: 'opportunistic',
    recipientMode: 'list',
    inspectBeforeReply: false,
  };
  assert.deepEqual((await api.ask('PUT', path, { nextHop: [{ host: 'MAIL.kumo.example' }] })).body, route);
  assert.deepEqual((await api.ask('GET', '/tenants/kumo/routes')).body, { routes: [route] });
  assert.deepEqual(api.told, ['installation', `kick ${api.kumo}`]);
  const elsewhere = `/tenants/kumo/routes/${encodeURIComponent('*')}`;
  assert.equal((await api.ask('PUT', elsewhere, { nextHop: 'mx', tls: 'required' })).body['tls'], 'required');
  assert.equal((await api.ask('DELETE', path)).status, 204);
  assert.equal((await api.ask('GET', path)).status, 404);
});

test('routeRoutes() refuses a next hop that is no host, and more than ten', async () => {
  await using api = await openTestApi();
  const set = (nextHop: unknown) => api.ask('PUT', '/tenants/kumo/routes/kumo.example', { nextHop });
  assert.equal((await set([{ host: 'no host' }])).status, 422);
  assert.equal((await set([])).status, 400);
  assert.equal((await set(Array.from({ length: 11 }, () => ({ host: 'a.example' })))).status, 400);
  assert.equal((await set([{ host: 'a.example', port: 70_000 }])).status, 400);
});

test('clientRoutes() trusts a range of addresses and trusts it no more', async () => {
  await using api = await openTestApi();
  const added = await api.ask('POST', '/tenants/kumo/clients', { cidr: '192.0.2.7' });
  assert.deepEqual([added.status, added.body], [201, { cidr: '192.0.2.7/32', relayName: null }]);
  assert.equal((await api.ask('POST', '/tenants/yama/clients', { cidr: '192.0.2.7' })).status, 409);
  assert.equal((await api.ask('POST', '/tenants/kumo/clients', { cidr: '192.0.2.7/24' })).status, 422);
  assert.equal((await api.ask('DELETE', '/tenants/yama/clients?cidr=192.0.2.7')).status, 404);
  assert.equal((await api.ask('DELETE', '/tenants/kumo/clients?cidr=192.0.2.7')).status, 204);
  assert.deepEqual((await api.ask('GET', '/tenants/kumo/clients')).body, { clients: [] });
});

test('dkimKeyRoutes() makes keys, of which the first signs, and gives the record to publish', async () => {
  await using api = await openTestApi();
  const path = '/tenants/kumo/domains/kumo.example/dkim-keys';
  const first = await api.ask<Key>('POST', path, { algorithm: 'ed25519-sha256' });
  assert.equal(first.status, 201);
  assert.equal(first.body.selector, 'sekisho-202611');
  assert.equal(first.body.signs, true);
  assert.equal(first.body.record.name, 'sekisho-202611._domainkey.kumo.example');
  assert.match(first.body.record.value, /^v=DKIM1; k=ed25519; p=[A-Za-z0-9+/]{43}=$/);
  assert.doesNotMatch(first.text, /PRIVATE/);
  const second = await api.ask<Key>('POST', path, { algorithm: 'ed25519-sha256' });
  assert.deepEqual([second.body.selector, second.body.signs], ['sekisho-202611-2', false]);
  const used = await api.ask<{ keys: Key[] }>('POST', `${path}/sekisho-202611-2/use`);
  assert.deepEqual(
    used.body.keys.map(({ selector, signs }) => [selector, signs]),
    [
      ['sekisho-202611', false],
      ['sekisho-202611-2', true],
    ],
  );
  assert.equal((await api.ask('POST', `${path}/nothing/use`)).status, 404);
  assert.equal((await api.ask('GET', path.replace('kumo.example', 'yama.example'))).status, 404);
});

interface Key {
  readonly selector: string;
  readonly signs: boolean;
  readonly record: { readonly name: string; readonly value: string };
}
