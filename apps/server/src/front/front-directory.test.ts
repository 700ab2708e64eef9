import assert from 'node:assert/strict';
import { test } from 'node:test';
import { effectiveSettings } from '@sekisho/config';
import type { FrontDomain, FrontSnapshot } from '@sekisho/tenants';
import type { TenantId } from '@sekisho/terms';
import { FrontDirectory } from './front-directory.ts';

const A = 'tenant0000a' as TenantId;
const B = 'tenant0000b' as TenantId;

const domain = (tenant: TenantId, change: Partial<FrontDomain> = {}): FrontDomain => ({
  tenant,
  nextHop: 'mx',
  tls: 'opportunistic',
  recipientMode: 'list',
  inspectBeforeReply: false,
  ...change,
});

function snapshot(change: Partial<FrontSnapshot> = {}, suspended: readonly TenantId[] = []): FrontSnapshot {
  const tenant = (id: TenantId) => ({ name: id, suspended: suspended.includes(id), settings: {} });
  return {
    revision: 1,
    settings: effectiveSettings({}),
    tenants: { [A]: tenant(A), [B]: tenant(B) },
    domains: { 'a.test': domain(A), 'b.test': domain(B, { recipientMode: 'ask' }) },
    trusted: [
      { cidr: '192.0.2.1/32', tenant: A, relayName: null },
      { cidr: '192.0.2.9/32', tenant: A, relayName: 'relay-a' },
      { cidr: '192.0.2.9/32', tenant: B, relayName: 'relay-b' },
    ],
    ...change,
  };
}

const NOBODY = () => Promise.reject(new Error('the core is away'));

test('domainOf() and trusted() answer by the last snapshot, also while the core is away', () => {
  const directory = new FrontDirectory(NOBODY);
  assert.equal(directory.domainOf('a.test'), null);
  directory.update(snapshot(), true);
  assert.equal(directory.domainOf('a.test')?.tenant, A);
  assert.equal(directory.domainOf('constructor'), null);
  assert.deepEqual(directory.trusted('192.0.2.1'), [{ tenant: A, relayName: null }]);
  assert.deepEqual(directory.trusted('192.0.2.2'), []);
  directory.update(snapshot({ domains: {}, trusted: [] }), true);
  assert.deepEqual([directory.domainOf('a.test'), directory.trusted('192.0.2.1')], [null, []]);
});

test('nothing is received for, and nothing taken from, a suspended tenant', () => {
  const directory = new FrontDirectory(NOBODY);
  directory.update(snapshot({}, [A]), true);
  assert.equal(directory.domainOf('a.test'), null);
  assert.equal(directory.domainOf('b.test')?.tenant, B);
  assert.deepEqual(directory.trusted('192.0.2.1'), []);
});

test('the mail of a suspended tenant does not become the mail of another behind the same address', () => {
  const directory = new FrontDirectory(NOBODY);
  directory.update(snapshot({}, [A]), true);
  const found = directory.trusted('192.0.2.9');
  assert.deepEqual(new Set(found.map(({ tenant }) => tenant)), new Set([A, B]), 'it still takes proof');
  assert.deepEqual(
    found.find(({ tenant }) => tenant === A),
    { tenant: A, relayName: null },
    'which A cannot give',
  );
});

test('recipient() asks the core for a list once, and the next hop each time', async () => {
  const asked: string[] = [];
  const directory = new FrontDirectory((async (question: { what: string }) => {
    asked.push(question.what);
    if (question.what === 'recipients') return ['taro@a.test'];
    return asked.length > 3 ? 'unavailable' : 'known';
  }) as never);
  directory.update(snapshot(), true);
  const taro = { localPart: 'taro', domain: 'a.test' };
  assert.equal(await directory.recipient(A, taro), 'known');
  assert.equal(await directory.recipient(A, { ...taro, localPart: 'jiro' }), 'unknown');
  const atB = { localPart: 'any', domain: 'b.test' };
  assert.equal(await directory.recipient(B, atB), 'known');
  assert.equal(await directory.recipient(B, atB), 'known');
  assert.equal(await directory.recipient(B, atB), 'ask-later');
  assert.deepEqual(asked, ['recipients', 'ask-next-hop', 'ask-next-hop', 'ask-next-hop']);
});

test('recipients that changed while there was no line to the core are asked for when it is back', async () => {
  let list: readonly string[] = ['taro@a.test'];
  const directory = new FrontDirectory((async () => list) as never);
  directory.update(snapshot(), true);
  const hanako = { localPart: 'hanako', domain: 'a.test' };
  assert.equal(await directory.recipient(A, hanako), 'unknown');
  list = ['hanako@a.test'];
  directory.update(snapshot(), false);
  assert.equal(await directory.recipient(A, hanako), 'unknown', 'a change of the installation is none of recipients');
  directory.update(snapshot(), true);
  assert.equal(await directory.recipient(A, hanako), 'known');
});
