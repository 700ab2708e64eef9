import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { test } from 'node:test';
import { deliveredSource } from '@sekisho/archive';
import { defaultRules } from '@sekisho/policy';
import { dispatchHere } from '@sekisho/tenants';
import type { Fact, SpoolId, TenantId } from '@sekisho/terms';
import type { SpoolReference } from '@sekisho/spool';
import { notInspected, tracePrefix } from './message-path.ts';
import { rooms } from './rooms.ts';
import {
  forwardPaths,
  HOST_NAME,
  inspectedPlain,
  openSpooledHouse,
  type SpooledHouse,
} from './testing/spooled-house.ts';

const BY = { kind: 'operator', name: 'test' } as const;
const TEXT = 'Subject: x\r\n\r\nbody\r\n';
const infected: Fact = { name: 'antivirus/verdict', value: { state: 'infected', names: ['Eicar'] } };

/** Has a message taken with what inspection found. */
async function take(house: SpooledHouse, facts: readonly Fact[], ...recipients: string[]): Promise<SpoolReference> {
  const reference = await house.accept(TEXT, { forwardPaths: forwardPaths(...recipients) });
  await house.writer.ingest(house.tenant, [inspectedPlain(reference, { facts })]);
  return reference;
}

const askOf = (house: SpooledHouse) => dispatchHere(house.stores, rooms);

/** What became of a message: disposition, whom it waits for in the queue, and what is held of it. */
async function outcome(house: SpooledHouse, spoolId: SpoolId, tenant: TenantId = house.tenant) {
  return house.stores.read(tenant, async (tx) => ({
    disposition: (
      await tx.one<{ disposition: string }>('SELECT disposition FROM archive_message WHERE spool_id = ?', spoolId)
    )?.disposition,
    queued: (
      await tx.all<{ who: string }>(
        "SELECT local_part || '@' || domain AS who FROM delivery_recipient WHERE message = ? ORDER BY recipient",
        spoolId,
      )
    ).map(({ who }) => who),
    held: (
      await tx.all<{ reason: string }>('SELECT reason FROM holding_entry WHERE spool_id = ? ORDER BY position', spoolId)
    ).map(({ reason }) => reason),
  }));
}

test('a message in which nothing is found is journalled and queued for each recipient', async () => {
  await using house = await openSpooledHouse();
  const { spoolId } = await take(house, [], 'taro@aoba.test', 'hanako@aoba.test');
  assert.deepEqual(await outcome(house, spoolId), {
    disposition: 'deliver',
    queued: ['taro@aoba.test', 'hanako@aoba.test'],
    held: [],
  });
});

test('an infected message is held and not queued; so is one that could not be inspected', async () => {
  await using house = await openSpooledHouse();
  const { spoolId } = await take(house, [infected], 'taro@aoba.test');
  assert.deepEqual(await outcome(house, spoolId), { disposition: 'quarantine', queued: [], held: ['infected'] });
  const other = await take(house, notInspected('scan processes died with it').facts, 'taro@aoba.test');
  assert.deepEqual((await outcome(house, other.spoolId)).held, ['not-inspected']);
});

test('what would be rejected was accepted: it is held under the name of its rule, never bounced', async () => {
  await using house = await openSpooledHouse();
  const facts: Fact[] = [{ name: 'auth/dmarc', value: { result: 'fail', policy: 'reject', domain: 'bank.test' } }];
  const { spoolId } = await take(house, facts, 'taro@aoba.test');
  const { disposition, queued, held } = await outcome(house, spoolId);
  assert.deepEqual([disposition, queued.length, held.length], ['quarantine', 0, 1]);
});

test('each recipient has its own decision: one is held, the other is queued', async () => {
  await using house = await openSpooledHouse();
  const rule = {
    id: 'keep-from-hanako',
    about: { ja: '花子には渡さない', en: 'not for Hanako' },
    when: { name: 'recipient/address', with: { addresses: ['hanako@aoba.test'] } },
    action: { name: 'quarantine', with: { reason: 'not-for-hanako' } },
  };
  await askOf(house)(house.tenant, 'policy', 'setRules', { rules: [rule, ...defaultRules] }, BY);
  const { spoolId } = await take(house, [], 'taro@aoba.test', 'hanako@aoba.test', 'jiro@aoba.test');
  assert.deepEqual(await outcome(house, spoolId), {
    disposition: 'quarantine',
    queued: ['taro@aoba.test', 'jiro@aoba.test'],
    held: ['not-for-hanako'],
  });
});

test('a replay opens no entry and queues nobody a second time', async () => {
  await using house = await openSpooledHouse();
  const reference = await take(house, [], 'taro@aoba.test');
  const held = await take(house, [infected], 'taro@aoba.test');
  const before = [await outcome(house, reference.spoolId), await outcome(house, held.spoolId)];
  await house.writer.ingest(house.tenant, [inspectedPlain(reference), inspectedPlain(held)]);
  assert.deepEqual([await outcome(house, reference.spoolId), await outcome(house, held.spoolId)], before);
});

test('a released message is decided again, queued in the same commit, and once', async () => {
  await using house = await openSpooledHouse();
  const facts: Fact[] = [{ name: 'antivirus/verdict', value: { state: 'unscannable', reason: 'encrypted' } }];
  const { spoolId } = await take(house, facts, 'taro@aoba.test');
  const ask = askOf(house);
  const { entries } = await ask(house.tenant, 'holding', 'list', {}, BY);
  const { id } = entries[0]!;
  await assert.rejects(ask(house.other, 'path', 'release', { id }, BY), { id: 'holding.not-found' });
  await ask(house.tenant, 'path', 'release', { id }, BY);
  assert.deepEqual((await outcome(house, spoolId)).queued, ['taro@aoba.test']);
  await ask(house.tenant, 'path', 'release', { id }, BY);
  assert.equal((await outcome(house, spoolId)).queued.length, 1);
});

test('the delivered digest is that of trace prefix and raw octets, less forged results', async () => {
  await using house = await openSpooledHouse();
  const forged = `Authentication-Results: ${HOST_NAME}; dmarc=pass\r\n`;
  const reference = await house.accept(forged + TEXT);
  const message = inspectedPlain(reference, { omitted: [[0, forged.length]] });
  await house.writer.ingest(house.tenant, [message]);
  const source = await house.stores.read(house.tenant, (tx) => deliveredSource(tx, reference.spoolId));
  const sent = tracePrefix(message, HOST_NAME).toString() + TEXT;
  assert.equal(source!.deliveredSha256.toString('hex'), hash('sha256', sent));
  assert.match(sent, new RegExp(`^Received: from mx\\.example\\.com .*by ${HOST_NAME.replaceAll('.', '\\.')}`, 's'));
});

test('tracePrefix() names our results only when inspection has any', async () => {
  await using house = await openSpooledHouse();
  const reference = await house.accept(TEXT);
  assert.doesNotMatch(tracePrefix(inspectedPlain(reference), HOST_NAME).toString(), /Authentication-Results/);
  const broken: Fact = { name: 'auth/dkim', value: 'x\r\nX-Injected: yes' };
  assert.doesNotMatch(tracePrefix(inspectedPlain(reference, { facts: [broken] }), HOST_NAME).toString(), /Injected/);
});
