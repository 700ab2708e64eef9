import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type TestMessage, testRow, testSpoolId } from '@sekisho/archive/testing';
import { openTestApi, type TestApi } from '../testing.ts';

const BY = { kind: 'operator', name: 'test' } as const;

async function archive(api: TestApi, messages: readonly TestMessage[]): Promise<void> {
  await api.services.dispatch(api.kumo, 'archive', 'take', { rows: messages.map(testRow) }, BY);
  for (const { number, body = '' } of messages)
    api.bodies.set(testSpoolId(number), Buffer.from(`Subject: ${number}\r\n\r\n${body}\r\n`));
}

interface Page {
  readonly messages: { readonly id: string; readonly subject: string }[];
  readonly cursor: number | null;
  readonly total: number | null;
}

test('messageRoutes() finds messages by Japanese words, newest first, page by page', async () => {
  await using api = await openTestApi();
  const numbers = [1, 2, 3, 4, 5];
  await archive(
    api,
    numbers.map((number) => ({ number, subject: number === 3 ? '請求' : `御見積 ${number}` })),
  );
  const find = async (query: string) => (await api.ask<Page>('GET', `/tenants/kumo/messages?${query}`)).body;
  const words = `query=${encodeURIComponent('件名:見積')}`;
  const first = await find(`${words}&limit=3`);
  assert.deepEqual(
    first.messages.map(({ subject }) => subject),
    ['御見積 5', '御見積 4', '御見積 2'],
  );
  assert.equal(first.total, 4);
  const last = await find(`${words}&limit=3&cursor=${first.cursor}`);
  assert.deepEqual([last.messages.map(({ subject }) => subject), last.cursor], [['御見積 1'], null]);
});

test('messageRoutes() shows the record of a message with times in UTC and digests in hex', async () => {
  await using api = await openTestApi();
  await archive(api, [{ number: 1, subject: '御見積' }]);
  const { body } = await api.ask<{ rawSha256: string; envelope: { forwardPaths: string[] } }>(
    'GET',
    `/tenants/kumo/messages/${testSpoolId(1)}`,
  );
  assert.match(body.rawSha256, /^[0-9a-f]{64}$/);
  assert.deepEqual(body.envelope.forwardPaths, ['taro@customer.example']);
});

test('messageRoutes() gives a message itself under a name that is safe everywhere', async () => {
  await using api = await openTestApi();
  await archive(api, [{ number: 1, subject: '御見積/2026' }]);
  const answer = await api.ask('GET', `/tenants/kumo/messages/${testSpoolId(1)}/content`);
  assert.equal(answer.text, 'Subject: 1\r\n\r\n\r\n');
  assert.equal(answer.headers.get('content-type'), 'message/rfc822');
  const [, name] = /filename\*=UTF-8''(.*)/.exec(answer.headers.get('content-disposition')!)!;
  assert.equal(decodeURIComponent(name!), `20261120T030001_御見積_2026_${testSpoolId(1)}.eml`);
});

test('exportRoutes() gives all that a search finds as one mbox file, over pages', async () => {
  await using api = await openTestApi();
  const numbers = Array.from({ length: 120 }, (_, at) => at + 1);
  for (let from = 0; from < 120; from += 40)
    await archive(
      api,
      numbers.slice(from, from + 40).map((number) => ({ number, body: 'From here' })),
    );
  const answer = await api.ask('GET', '/tenants/kumo/export');
  assert.equal(answer.headers.get('x-sekisho-total'), '120');
  assert.equal(answer.text.match(/^From hanako@partner\.example /gm)?.length, 120);
  assert.equal(answer.text.match(/^>From here$/gm)?.length, 120);
});

test('verifyRoutes() reads every body again, tells the ones that do not open, and goes on', async () => {
  await using api = await openTestApi();
  await archive(api, [{ number: 1 }, { number: 2 }, { number: 3 }]);
  api.bodies.delete(testSpoolId(2));
  const { text } = await api.ask('POST', '/tenants/kumo/verify');
  const lines = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  assert.deepEqual(
    lines.map(({ kind, message = null }) => [kind, message]),
    [
      ['fault', testSpoolId(2)],
      ['done', null],
    ],
  );
  assert.deepEqual(lines[1], { kind: 'done', checked: 3, faults: 1, stored: 3, indexed: 3 });
});

test('traceRoutes() tells the steps of all rooms in the order of time', async () => {
  await using api = await openTestApi();
  await archive(api, [{ number: 1, messageId: 'one@partner.example' }, { number: 2 }]);
  const trace = async (query: string) =>
    (
      await api.ask<{ traces: { message: { id: string }; steps: { stage: string }[] }[] }>(
        'GET',
        `/tenants/kumo/trace?${query}`,
      )
    ).body.traces;
  for (const query of [
    'messageId=one@partner.example',
    `message=${testSpoolId(1)}`,
    `messageId=${encodeURIComponent('<one@partner.example>')}`,
  ]) {
    const [found, ...others] = await trace(query);
    assert.deepEqual([found?.message.id, others.length], [testSpoolId(1), 0], query);
    assert.deepEqual(
      found!.steps.map(({ stage }) => stage),
      ['gateway', 'inspection', 'policy', 'archive'],
    );
  }
  assert.equal((await trace('recipient=taro@customer.example')).length, 2);
  assert.equal((await trace('recipient=taro@customer.example&from=2026-11-20T12:00:02%2B09:00')).length, 1);
});

test('messageRoutes() refuses a message whose body does not open, instead of an empty file', async () => {
  await using api = await openTestApi();
  await archive(api, [{ number: 1 }]);
  api.bodies.clear();
  const answer = await api.ask('GET', `/tenants/kumo/messages/${testSpoolId(1)}/content`);
  assert.equal(answer.status, 500);
});

test('exportRoutes() breaks off where a message does not open, and says so in the log', async () => {
  await using api = await openTestApi();
  await archive(api, [{ number: 1 }, { number: 2 }]);
  api.bodies.delete(testSpoolId(1));
  await assert.rejects(api.ask('GET', '/tenants/kumo/export'));
  assert.equal(api.log.events.filter(({ event }) => event === 'api.broken-off').length, 1);
});
