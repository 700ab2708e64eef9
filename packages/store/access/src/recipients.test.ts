import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dispatchHere } from '@sekisho/tenants';
import { openTestStores } from '@sekisho/tenants/testing';
import type { Actor } from '@sekisho/terms';
import { commands } from './commands.ts';
import { RecipientImportError } from './errors.ts';
import { migrations } from './migrations.ts';
import { parseRecipientCsv } from './parse-recipient-csv.ts';

const by: Actor = { kind: 'operator', name: 'hanako' };
const domains = ['hoshi.example'];
const rowsOf = (csv: string) => parseRecipientCsv(Buffer.from(csv)).rows;

async function room() {
  const house = await openTestStores(migrations);
  const dispatch = dispatchHere(house.stores, { access: commands });
  const take = (csv: string, removeOthers = false, tenant = house.tenant) =>
    dispatch(tenant, 'access', 'importRecipients', { rows: rowsOf(csv), domains, removeOthers }, by);
  const list = (question = {}, tenant = house.tenant) => dispatch(tenant, 'access', 'listRecipients', question, by);
  return { ...house, dispatch, take, list, [Symbol.asyncDispose]: () => house[Symbol.asyncDispose]() };
}

test('importRecipients() adds and changes, and removes nothing that the list leaves out', async () => {
  await using here = await room();
  await here.take('taro@hoshi.example,太郎\nhanako@hoshi.example,花子');
  const second = await here.take('TARO@Hoshi.example,星 太郎\njiro@hoshi.example\nhanako@hoshi.example');
  assert.deepEqual(
    [
      second.added.length,
      second.changed.map(({ before, display }) => [before, display]),
      second.removed,
      second.unchanged,
    ],
    [1, [['太郎', '星 太郎']], [], 1],
  );
  const { recipients, next } = await here.list();
  assert.deepEqual(
    recipients.map(({ key, localPart, display, createdAt }) => [key, localPart, display, createdAt]),
    [
      ['hanako@hoshi.example', 'hanako', '花子', here.clock.now()],
      ['jiro@hoshi.example', 'jiro', '', here.clock.now()],
      ['taro@hoshi.example', 'taro', '星 太郎', here.clock.now()],
    ],
  );
  assert.equal(next, null);
});

test('importRecipients() removes what the list leaves out only when asked', async () => {
  await using here = await room();
  await here.take('taro@hoshi.example\nhanako@hoshi.example');
  const { removed } = await here.take('taro@hoshi.example', true);
  assert.deepEqual(removed, ['hanako@hoshi.example']);
  assert.equal((await here.list()).recipients.length, 1);
});

test('previewImport() says what would happen and does nothing', async () => {
  await using here = await room();
  await here.take('taro@hoshi.example,太郎\nold@hoshi.example');
  const rows = rowsOf('taro@hoshi.example,星\nnew@hoshi.example\nx@elsewhere.example');
  const preview = await here.dispatch(
    here.tenant,
    'access',
    'previewImport',
    { rows, domains, removeOthers: true },
    by,
  );
  assert.deepEqual(
    [preview.added.map(({ line }) => line), preview.changed.map(({ line }) => line), preview.removed],
    [[2], [1], ['old@hoshi.example']],
  );
  assert.deepEqual(preview.faults, [{ line: 3, fault: '"elsewhere.example" is no domain of this tenant' }]);
  assert.equal((await here.list()).recipients.length, 2);
});

test('importRecipients() takes nothing of a list with a wrong line', async () => {
  await using here = await room();
  await assert.rejects(here.take('taro@hoshi.example\nx@elsewhere.example'), (error: Error) => {
    assert.ok(error instanceof RecipientImportError);
    assert.match(error.message, /line 2: "elsewhere\.example" is no domain of this tenant$/);
    return true;
  });
  assert.deepEqual((await here.list()).recipients, []);
});

test('importRecipients() checks what arrives, whoever parsed it', async () => {
  await using here = await room();
  const addresses = [
    { localPart: 'a b', domain: 'hoshi.example' },
    { localPart: 'a', domain: 'HOSHI.example' },
    { localPart: 'a@b', domain: 'hoshi.example' },
    { localPart: '', domain: 'hoshi.example' },
  ];
  for (const address of addresses) {
    const rows = [{ line: 1, address, display: '' }];
    await assert.rejects(here.dispatch(here.tenant, 'access', 'importRecipients', { rows, domains }, by), {
      id: 'bad-question',
    });
  }
});

test('isRecipient() knows the recipients of its own tenant, in any case', async () => {
  await using here = await room();
  await here.take('Taro@hoshi.example');
  const asks = (tenant: typeof here.tenant, localPart: string) =>
    here.dispatch(tenant, 'access', 'isRecipient', { address: { localPart, domain: 'hoshi.example' } }, by);
  assert.deepEqual(
    [await asks(here.tenant, 'taro'), await asks(here.tenant, 'TARO'), await asks(here.tenant, 'jiro')],
    [true, true, false],
  );
  assert.equal(await asks(here.other, 'taro'), false);
});

test('listRecipients() and recipientKeys() go page by page through all', async () => {
  await using here = await room();
  const names = Array.from({ length: 25 }, (_, at) => `user${String(at).padStart(2, '0')}@hoshi.example`);
  await here.take(names.join('\n'));
  const [listed, keys]: [string[], string[]] = [[], []];
  for (let after: string | null = ''; after !== null; ) {
    const page: Awaited<ReturnType<typeof here.list>> = await here.list({ after, limit: 10 });
    listed.push(...page.recipients.map(({ key }) => key));
    after = page.next;
  }
  for (let after: string | null = ''; after !== null; ) {
    const question: { after: string; limit: number } = { after, limit: 5 };
    const page: { keys: readonly string[]; next: string | null } = await here.dispatch(
      here.tenant,
      'access',
      'recipientKeys',
      question,
      by,
    );
    keys.push(...page.keys);
    after = page.next;
  }
  assert.deepEqual([listed, keys], [names, names]);
});

test('listRecipients() takes what it looks for letter for letter', async () => {
  await using here = await room();
  await here.take('a_b@hoshi.example,100%\naxb@hoshi.example,星\n');
  const found = async (containing: string) =>
    (await here.list({ containing })).recipients.map(({ localPart }) => localPart);
  assert.deepEqual(await found('a_b'), ['a_b']);
  assert.deepEqual(await found('%'), ['a_b']);
  assert.deepEqual(await found('星'), ['axb']);
  assert.deepEqual(await found("' OR 1=1 --"), []);
  assert.deepEqual(await found('A_B@'), ['a_b']);
});

test('the revision grows when recipients come or go, and only then', async () => {
  await using here = await room();
  const revision = () => here.dispatch(here.tenant, 'access', 'recipientRevision', {}, by);
  await here.take('taro@hoshi.example');
  assert.equal(await revision(), 1);
  await here.take('taro@hoshi.example,太郎');
  assert.equal(await revision(), 1);
  const keys = ['taro@hoshi.example', 'nobody@hoshi.example'];
  assert.equal(await here.dispatch(here.tenant, 'access', 'removeRecipients', { keys }, by), 1);
  assert.equal(await revision(), 2);
});
