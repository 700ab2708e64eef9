import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fakeClock } from '@sekisho/ports/testing';
import type { SpoolReference } from '@sekisho/spool';
import { testEnvelope } from '@sekisho/spool/testing';
import { dispatchHere } from '@sekisho/tenants';
import { openTestStores } from '@sekisho/tenants/testing';
import { migrations, rooms } from '../rooms.ts';
import { plainInspection } from '../testing/spooled-house.ts';
import { FrontAnswers, type FrontAnswersPorts } from './front-answers.ts';
import { NextHopAnswers } from './next-hop-answers.ts';

const BY = { kind: 'operator', name: 'test' } as const;

async function openAnswers(change: Partial<FrontAnswersPorts> = {}) {
  const house = await openTestStores(migrations);
  const clock = fakeClock();
  const dispatch = dispatchHere(house.stores, rooms);
  const limits = { knownMs: 1000, unknownMs: 1000, questionsPerMinute: 10, entries: 10 };
  const answers = new FrontAnswers({
    clock,
    dispatch,
    nextHops: new NextHopAnswers(clock, limits, async (_, { localPart }) =>
      localPart === 'taro' ? 'known' : 'unknown',
    ),
    inspectBeforeReply: async () => plainInspection(),
    ...change,
  });
  return { ...house, house, dispatch, answers, [Symbol.asyncDispose]: () => house[Symbol.asyncDispose]() };
}

const recipient = (localPart: string) => ({ localPart, domain: 'aoba.test' });

test('a front is told all recipients of the tenant that it asks about, and of no other', async () => {
  await using open = await openAnswers();
  const { dispatch, tenant, other, answers } = open;
  const rows = Array.from({ length: 2500 }, (_, i) => ({ line: i + 1, address: recipient(`user${i}`), display: '' }));
  await dispatch(tenant, 'access', 'importRecipients', { rows, domains: ['aoba.test'] }, BY);
  const keys = (await answers.answer({ what: 'recipients', tenant })) as string[];
  assert.equal(new Set(keys).size, 2500);
  assert.ok(keys.includes('user2499@aoba.test'));
  assert.deepEqual(await answers.answer({ what: 'recipients', tenant: other }), []);
});

test('recipients that change between two pages are read again from the start', async () => {
  const pages = [
    { keys: ['a'], next: 'a', revision: 1 },
    { keys: ['old'], next: null, revision: 2 },
    { keys: ['a'], next: 'a', revision: 2 },
    { keys: ['b'], next: null, revision: 2 },
  ];
  await using open = await openAnswers({ dispatch: (async () => pages.shift()) as never });
  assert.deepEqual(await open.answers.answer({ what: 'recipients', tenant: open.tenant }), ['a', 'b']);
});

test('a front is told what the next hop says', async () => {
  await using open = await openAnswers();
  const ask = (localPart: string) =>
    open.answers.answer({ what: 'ask-next-hop', tenant: open.tenant, address: recipient(localPart) });
  assert.deepEqual([await ask('taro'), await ask('nobody')], ['known', 'unknown']);
});

test('a message is planned before its reply by the tenant’s own rules', async () => {
  const facts = [{ name: 'auth/dmarc', value: { result: 'fail', policy: 'reject', domain: 'bank.test' } }];
  await using open = await openAnswers({ inspectBeforeReply: async () => plainInspection({ facts }) });
  const { tenant } = open;
  const reference = { tenant, spoolId: 'x', envelope: testEnvelope({ tenant }) } as unknown as SpoolReference;
  const { plan } = (await open.answers.answer({ what: 'inspect', reference })) as {
    plan: { decisions: { disposition: { kind: string } }[] };
  };
  assert.deepEqual(
    plan.decisions.map(({ disposition }) => disposition.kind),
    ['reject'],
  );
});
