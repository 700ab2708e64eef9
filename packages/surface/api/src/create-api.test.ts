import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openTestApi } from './testing.ts';

interface FaultBody {
  readonly error: { readonly id: string; readonly message: string; readonly detail: Record<string, unknown> };
}

test('createApi() answers an OpenAPI 3.1 document in which every question is named, told and answered', async () => {
  await using api = await openTestApi();
  const { status, body } = await api.ask<{ openapi: string; paths: Record<string, Record<string, Operation>> }>(
    'GET',
    '/openapi.json',
  );
  assert.equal(status, 200);
  assert.equal(body.openapi, '3.1.0');
  const operations = Object.values(body.paths).flatMap((methods) => Object.values(methods));
  assert.ok(operations.length > 50);
  assert.equal(new Set(operations.map(({ operationId }) => operationId)).size, operations.length);
  for (const { operationId, summary, responses } of operations) {
    assert.ok(summary, operationId);
    assert.deepEqual(
      Object.keys(responses).filter((code) => code >= '400'),
      ['400', '404', '409', '413', '422', '500', '503'],
      operationId,
    );
  }
});

interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly responses: Record<string, unknown>;
}

test('createApi() finds a tenant by its name and by its id', async () => {
  await using api = await openTestApi();
  const byName = await api.ask('GET', '/tenants/kumo');
  assert.equal(byName.status, 200);
  assert.deepEqual((await api.ask('GET', `/tenants/${api.kumo}`)).body, byName.body);
});

for (const [about, method, path, body, status, id, says] of [
  ['a path that is not there', 'GET', '/nowhere', undefined, 404, 'not-here', /openapi\.json/],
  ['a tenant that is not there', 'GET', '/tenants/nobody/queue', undefined, 404, 'not-here', /tenant "nobody"/],
  ['a body that is no JSON', 'POST', '/tenants', '{"name":', 400, 'bad-request', /JSON/],
  [
    'a member that nobody knows',
    'POST',
    '/tenants',
    { name: 'a', displayName: 'A', nmae: 1 },
    400,
    'bad-request',
    /nmae/,
  ],
  ['a member that is missing', 'POST', '/tenants', { name: 'a' }, 400, 'bad-request', /displayName/],
  [
    'a name that is taken',
    'POST',
    '/tenants',
    { name: 'kumo', displayName: 'K' },
    409,
    'already-in-installation',
    /kumo/,
  ],
  [
    'a name that is none',
    'POST',
    '/tenants',
    { name: 'K!', displayName: 'K' },
    422,
    'installation-value',
    /lower-case/,
  ],
  [
    'a domain of somebody else',
    'POST',
    '/tenants/kumo/domains',
    { name: 'yama.example' },
    409,
    'already-in-installation',
    /another tenant/,
  ],
  [
    'a route of somebody else’s domain',
    'PUT',
    '/tenants/kumo/routes/yama.example',
    { nextHop: 'mx' },
    404,
    'not-in-installation',
    /yama/,
  ],
  ['an id that is none', 'GET', '/tenants/kumo/messages/abc', undefined, 400, 'bad-request', /not the id of a message/],
  [
    'a message that is not there',
    'GET',
    '/tenants/kumo/messages/01hq8x5v2k00a2c',
    undefined,
    404,
    'archive.not-found',
    /no such record/,
  ],
  [
    'a body that is not there',
    'GET',
    '/tenants/kumo/messages/01hq8x5v2k00a2c/content',
    undefined,
    404,
    'archive.not-found',
    /no such record/,
  ],
  [
    'a query that cannot be read',
    'GET',
    '/tenants/kumo/messages?query=larger:big',
    undefined,
    400,
    'archive.bad-query',
    /character 8/,
  ],
  ['a number out of bounds', 'GET', '/tenants/kumo/queue?limit=5000', undefined, 400, 'bad-request', /limit/],
  [
    'something held that is not there',
    'POST',
    '/tenants/kumo/quarantine/01hq8x5v2k00a2c-0/release',
    {},
    404,
    'holding.not-found',
    /no such entry/,
  ],
  [
    'a setting that nobody knows',
    'PUT',
    '/settings/quarantine.day',
    { value: 3 },
    404,
    'unknown-name',
    /did you mean "quarantine\.days"/,
  ],
  [
    'a value that a setting does not take',
    'PUT',
    '/settings/quarantine.days',
    { value: 0 },
    422,
    'setting-value',
    /quarantine\.days/,
  ],
  [
    'rules that are none',
    'PUT',
    '/tenants/kumo/policy',
    { rules: [{ id: 'x', when: { name: 'alwys' } }] },
    422,
    'policy.rules-refused',
    /did you mean "always"/,
  ],
  [
    'an address that is none',
    'GET',
    '/tenants/kumo/trace?sender=nobody',
    undefined,
    400,
    'bad-request',
    /not an address/,
  ],
  [
    'an entry of the history that is not there',
    'GET',
    '/tenants/kumo/policy/versions/7',
    undefined,
    404,
    'policy.rules-not-found',
    /number 7/,
  ],
] as const)
  test(`createApi() refuses ${about} with ${status} and says why`, async () => {
    await using api = await openTestApi();
    const answer = await api.ask<FaultBody>(method, path, body);
    assert.equal(answer.status, status, answer.text);
    assert.equal(answer.body.error.id, id);
    assert.match(answer.body.error.message, says);
  });

test('createApi() refuses a body that is too large', async () => {
  await using api = await openTestApi();
  const file = 'x'.repeat(34 * 1024 * 1024);
  const answer = await api.ask<FaultBody>('POST', '/tenants/kumo/recipients/import', file, {
    'content-type': 'text/csv',
  });
  assert.deepEqual([answer.status, answer.body.error.id], [413, 'too-large']);
});

test('createApi() tells nothing of an error that nobody foresaw, and logs it', async () => {
  await using api = await openTestApi({
    rotateRootKey: () => Promise.reject(new Error('a story for the log')),
  });
  const answer = await api.ask<FaultBody>('POST', '/keys/rotate', {});
  assert.equal(answer.status, 500);
  assert.equal(answer.body.error.id, 'unforeseen');
  assert.doesNotMatch(answer.text, /story/);
  const failed = api.log.events.filter(({ event }) => event === 'api.failed');
  assert.equal(failed.length, 1);
  assert.match(JSON.stringify(failed), /a story for the log/);
});

test('createApi() names who asks, as the header says, in what is recorded', async () => {
  await using api = await openTestApi();
  const headers = { 'x-sekisho-actor': encodeURIComponent('佐藤') };
  await api.ask('PUT', '/settings/quarantine.days', { value: 20 }, headers);
  const { body } = await api.ask<{ changes: { by: object }[] }>('GET', '/settings/quarantine.days/history');
  assert.deepEqual(body.changes[0]!.by, { kind: 'operator', name: '佐藤' });
  for (const name of ['%E4%BD', encodeURIComponent('a\nb'), 'x'.repeat(65)])
    assert.equal((await api.ask('GET', '/tenants', undefined, { 'x-sekisho-actor': name })).status, 400);
});

test('createApi() keeps what was asked out of the log', async () => {
  await using api = await openTestApi();
  await api.ask('GET', '/tenants/kumo/messages?query=SECRETWORD');
  await api.ask('GET', '/tenants/kumo/trace?recipient=secretword@kumo.example');
  await api.ask('POST', '/tenants/kumo/recipients/import?commit=true', 'secretword@kumo.example,SECRETWORD\n', {
    'content-type': 'text/csv',
  });
  await api.ask('DELETE', '/tenants/kumo/clients?cidr=secretword');
  assert.equal(api.log.events.filter(({ event }) => event === 'api.answered').length, 4);
  assert.doesNotMatch(JSON.stringify(api.log.events), /secretword/i);
});
