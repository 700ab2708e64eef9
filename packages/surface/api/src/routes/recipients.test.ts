import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openTestApi, type TestApi } from '../testing.ts';

const CSV = { 'content-type': 'text/csv' };
const importFile = (api: TestApi, text: string, query = '') =>
  api.ask<{ added: { address: string }[]; removed: string[]; faults: { line: number }[]; isCommitted: boolean }>(
    'POST',
    `/tenants/kumo/recipients/import${query}`,
    text,
    CSV,
  );

test('recipientRoutes() says what an import would do, and does nothing', async () => {
  await using api = await openTestApi();
  const { status, body } = await importFile(api, 'taro@kumo.example,太郎\nnobody\njiro@yama.example,次郎\n');
  assert.equal(status, 200);
  assert.equal(body.isCommitted, false);
  assert.deepEqual(body.added, [{ line: 1, address: 'taro@kumo.example', display: '太郎' }]);
  assert.deepEqual(
    body.faults.map(({ line }) => line),
    [2, 3],
  );
  assert.deepEqual((await api.ask('GET', '/tenants/kumo/recipients')).body, { recipients: [], next: null });
  assert.deepEqual(api.told, []);
});

test('recipientRoutes() takes over a file whole, or not at all', async () => {
  await using api = await openTestApi();
  assert.equal((await importFile(api, 'taro@kumo.example\nnobody\n', '?commit=true')).status, 422);
  assert.equal((await importFile(api, 'taro@kumo.example\njiro@yama.example\n', '?commit=true')).status, 422);
  assert.deepEqual(api.told, []);
  assert.equal((await importFile(api, 'taro@kumo.example\nhanako@kumo.example\n', '?commit=true')).status, 200);
  assert.deepEqual(api.told, [`recipients ${api.kumo}`]);
  const { body } = await importFile(api, 'taro@kumo.example\n', '?commit=true&removeOthers=true');
  assert.deepEqual(body.removed, ['hanako@kumo.example']);
});

test('recipientRoutes() lists page by page', async () => {
  await using api = await openTestApi();
  const lines = Array.from({ length: 7 }, (_, number) => `user${number}@kumo.example\n`).join('');
  await importFile(api, lines, '?commit=true');
  const seen: string[] = [];
  let next: string | null = '';
  while (next !== null) {
    const path: string = `/tenants/kumo/recipients?limit=3&after=${encodeURIComponent(next)}`;
    const page: { body: Page } = await api.ask<Page>('GET', path);
    seen.push(...page.body.recipients.map(({ address }) => address));
    next = page.body.next;
  }
  assert.deepEqual(
    seen,
    Array.from({ length: 7 }, (_, number) => `user${number}@kumo.example`),
  );
});

interface Page {
  readonly recipients: { readonly address: string }[];
  readonly next: string | null;
}

test('recipientRoutes() removes the addresses that are there, and says how many', async () => {
  await using api = await openTestApi();
  await importFile(api, 'taro@kumo.example\n', '?commit=true');
  const addresses = ['TARO@kumo.example', 'nobody@kumo.example'];
  assert.deepEqual((await api.ask('POST', '/tenants/kumo/recipients/remove', { addresses })).body, { removed: 1 });
  assert.equal((await api.ask('POST', '/tenants/kumo/recipients/remove', { addresses: ['x'] })).status, 400);
});
