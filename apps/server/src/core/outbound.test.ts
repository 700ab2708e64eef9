import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { effectiveSettings } from '@sekisho/config';
import { defaultDeliveryLimits } from '@sekisho/delivery';
import type { FrontSnapshot } from '@sekisho/tenants';
import type { TenantId } from '@sekisho/terms';
import { OPERATOR, openTestInstallation, type TestInstallation } from '../testing/test-installation.ts';
import { limitsOf, ownDoor, routeOf } from './outbound.ts';

const OWN = { host: '127.0.0.1', port: 2525 };
const HOSTS = [{ host: '192.0.2.25', port: 25 }];

let house: TestInstallation;
let snapshot: FrontSnapshot;
let aoba: TenantId;
let midori: TenantId;

before(async () => {
  house = await openTestInstallation();
  ({ aoba, midori } = house);
  const { installation } = house;
  for (const domain of ['aoba.test', 'mx.aoba.test', 'new.aoba.test']) {
    await installation.addDomain(aoba, domain, OPERATOR);
  }
  await installation.addDomain(midori, 'midori.test', OPERATOR);
  const route = { tls: 'required', recipientMode: 'list' } as const;
  await installation.setRoute(aoba, 'aoba.test', { ...route, nextHop: HOSTS }, OPERATOR);
  await installation.setRoute(aoba, 'mx.aoba.test', { ...route, nextHop: 'mx' }, OPERATOR);
  await installation.setRoute(midori, '*', { ...route, nextHop: HOSTS }, OPERATOR);
  snapshot = await installation.snapshotForFront();
});

after(() => house[Symbol.asyncDispose]());

const route = (tenant: TenantId, domain: string, direction: 'reception' | 'submission') =>
  routeOf({ ...house, directory: () => snapshot, ownSmtp: OWN }, tenant, domain, direction);

test('mail for a tenant’s own domain goes by its route, or waits until there is one', async () => {
  assert.deepEqual(await route(aoba, 'aoba.test', 'reception'), { kind: 'hosts', hosts: HOSTS, tls: 'required' });
  assert.deepEqual(await route(aoba, 'mx.aoba.test', 'reception'), {
    kind: 'mx',
    domain: 'mx.aoba.test',
    tls: 'required',
  });
  assert.equal(await route(aoba, 'new.aoba.test', 'reception'), null);
});

test('mail for another tenant of the house enters by the front door, never by that tenant’s route', async () => {
  for (const direction of ['reception', 'submission'] as const) {
    assert.deepEqual(await route(midori, 'aoba.test', direction), { kind: 'hosts', hosts: [OWN], tls: 'none' });
  }
});

test('the front door is where the front listens, be it one address only', () => {
  assert.deepEqual(ownDoor({ host: '::', port: 25 }), { host: '127.0.0.1', port: 25 });
  assert.deepEqual(ownDoor({ host: '0.0.0.0', port: 25 }), { host: '127.0.0.1', port: 25 });
  assert.deepEqual(ownDoor({ host: '192.0.2.5', port: 25 }), { host: '192.0.2.5', port: 25 });
});

test('mail for elsewhere goes by MX, or by the tenant’s smart host; only what our users sent goes there', async () => {
  assert.deepEqual(await route(aoba, 'example.com', 'submission'), {
    kind: 'mx',
    domain: 'example.com',
    tls: 'opportunistic',
  });
  assert.deepEqual(await route(midori, 'example.com', 'submission'), { kind: 'hosts', hosts: HOSTS, tls: 'required' });
  assert.equal(await route(aoba, 'example.com', 'reception'), null);
});

test('a domain that is called as a property of every object is a domain like any other', async () => {
  for (const domain of ['constructor', 'toString', '__proto__']) {
    assert.deepEqual(await route(aoba, domain, 'submission'), { kind: 'mx', domain, tls: 'opportunistic' });
  }
});

test('limitsOf() gives what settings say, in the units of delivery', () => {
  const limits = limitsOf(
    effectiveSettings({
      'queue.retry-minutes': [1, 2],
      'queue.lifetime-hours': 3,
      'queue.delay-notice-hours': 0,
      'queue.destination-connections': 4,
      'queue.connection-messages': 5,
      'queue.connect-seconds': 6,
      'queue.reply-seconds': 70,
      'queue.lease-seconds': 80,
    }),
  );
  assert.deepEqual(limits.retry.delaysMs, [60_000, 120_000]);
  assert.equal(limits.retry.lifetimeMs, 10_800_000);
  assert.equal(limits.delayReportMs, 0);
  assert.equal(limits.sessionsPerDestination, 4);
  assert.equal(limits.session.messagesPerSession, 5);
  assert.equal(limits.session.deadlines.connectMs, 6000);
  assert.equal(limits.session.deadlines.rcptMs, 70_000);
  assert.equal(limits.leaseMs, 80_000);
  for (const name of Object.keys(limits)) assert.ok(Object.hasOwn(defaultDeliveryLimits, name), name);
});
