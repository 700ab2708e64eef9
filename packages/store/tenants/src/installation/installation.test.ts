import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fakeClock, keptLog } from '@sekisho/ports/testing';
import type { Actor, TenantId } from '@sekisho/terms';
import { Vault } from '@sekisho/vault';
import {
  AlreadyInInstallationError,
  InstallationValueError,
  NotInInstallationError,
  StoreMissingError,
  StoresClosedError,
  StoreUnreadableError,
} from '../errors.ts';
import { TenantStores } from '../tenant-stores.ts';
import { Installation } from './installation.ts';

const by: Actor = { kind: 'operator', name: 'hanako' };
const vaultOf = (octet: number) => new Vault(Buffer.alloc(32, octet));

async function house() {
  const root = await mkdtemp(join(tmpdir(), 'sekisho-installation-'));
  const [folder, tenantsFolder] = [join(root, 'installation'), join(root, 'tenants')];
  await mkdir(folder);
  await mkdir(tenantsFolder);
  const [clock, log] = [fakeClock(), keptLog()];
  const opened: Installation[] = [];
  const open = async (vault = vaultOf(1), former: Vault[] = []) => {
    const installation = await Installation.open({ folder, tenantsFolder, vault, former, clock, log });
    opened.push(installation);
    return installation;
  };
  const dispose = async () => {
    for (const one of opened) await one.close();
    await rm(root, { recursive: true });
  };
  return { folder, tenantsFolder, clock, log, open, [Symbol.asyncDispose]: dispose };
}

test('createTenant() makes key, folder and an empty database that opens with its admission', async () => {
  await using place = await house();
  const installation = await place.open();
  const tenant = await installation.createTenant({ name: 'hoshi', displayName: ' 星商事 ' }, by);
  assert.match(tenant.id, /^[a-z0-9]{16}$/);
  assert.deepEqual(await installation.tenants(), [tenant]);
  assert.deepEqual([tenant.displayName, tenant.generation], ['星商事', 1]);
  assert.deepEqual(await installation.tenant('hoshi'), await installation.tenant(tenant.id));
  assert.equal(await installation.tenant('nobody'), null);
  assert.deepEqual(await readdir(join(place.tenantsFolder, tenant.id)), ['g000001.db']);
  const migrations = [{ room: 'a', version: 1, sql: 'CREATE TABLE a (id INTEGER)' }];
  await using stores = new TenantStores({ clock: place.clock, log: place.log, migrations });
  stores.admit(await installation.admission(tenant.id));
  assert.equal(await stores.transact(tenant.id, 'ingest', async (_tx, { batch }) => batch), 1);
});

test('createTenant() refuses a name that is taken or no name, and leaves no folder behind', async () => {
  await using place = await house();
  const installation = await place.open();
  await installation.createTenant({ name: 'hoshi', displayName: 'Hoshi' }, by);
  const again = installation.createTenant({ name: 'hoshi', displayName: 'Hoshi 2' }, by);
  await assert.rejects(again, AlreadyInInstallationError);
  const twins = ['tsuki', 'tsuki'].map((name) => installation.createTenant({ name, displayName: 'T' }, by));
  assert.deepEqual((await Promise.allSettled(twins)).map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
  for (const name of ['', 'Hoshi', 'a b', '-a', '../a', 'a'.repeat(64)])
    await assert.rejects(installation.createTenant({ name, displayName: 'x' }, by), InstallationValueError);
  await assert.rejects(installation.createTenant({ name: 'x', displayName: 'a\nb' }, by), InstallationValueError);
  assert.equal((await readdir(place.tenantsFolder)).length, 2);
});

test('a tenant is suspended and goes on', async () => {
  await using place = await house();
  const installation = await place.open();
  const { id } = await installation.createTenant({ name: 'hoshi', displayName: 'Hoshi' }, by);
  assert.equal((await installation.suspendTenant(id, true, by)).suspendedAt, place.clock.now());
  assert.equal((await installation.snapshotForFront()).tenants[id]?.suspended, true);
  assert.equal((await installation.suspendTenant(id, false, by)).suspendedAt, null);
  await assert.rejects(installation.suspendTenant('unknowntenant' as TenantId, true, by), NotInInstallationError);
});

test('a domain belongs to one tenant, in lower case and A-labels', async () => {
  await using place = await house();
  const installation = await place.open();
  const one = await installation.createTenant({ name: 'one', displayName: 'One' }, by);
  const two = await installation.createTenant({ name: 'two', displayName: 'Two' }, by);
  assert.equal(await installation.addDomain(one.id, 'Hoshi.Example.', by), 'hoshi.example');
  assert.equal(await installation.addDomain(one.id, '日本語.example', by), 'xn--wgv71a119e.example');
  await assert.rejects(installation.addDomain(two.id, 'HOSHI.example', by), /belongs to another tenant/);
  await assert.rejects(installation.addDomain(one.id, 'hoshi.example', by), /there already/);
  for (const name of [
    '',
    '192.0.2.1',
    'a_b.example',
    '-a.example',
    'a..example',
    'a b.example',
    `${'a'.repeat(64)}.example`,
  ])
    await assert.rejects(installation.addDomain(one.id, name, by), InstallationValueError, name);
  await assert.rejects(installation.removeDomain(two.id, 'hoshi.example', by), NotInInstallationError);
  await installation.removeDomain(one.id, 'hoshi.example', by);
  assert.equal(await installation.addDomain(two.id, 'hoshi.example', by), 'hoshi.example');
  assert.deepEqual(
    (await installation.domains(two.id)).map(({ name }) => name),
    ['hoshi.example'],
  );
  assert.equal((await installation.domains()).length, 2);
});

test('setRoute() checks a route, fills in what is usual, and asks for a domain of the tenant', async () => {
  await using place = await house();
  const installation = await place.open();
  const one = await installation.createTenant({ name: 'one', displayName: 'One' }, by);
  const two = await installation.createTenant({ name: 'two', displayName: 'Two' }, by);
  await installation.addDomain(one.id, 'one.example', by);
  const route = await installation.setRoute(one.id, 'one.example', { nextHop: [{ host: 'MX.one.example' }] }, by);
  assert.deepEqual(route, {
    nextHop: [{ host: 'mx.one.example', port: 25 }],
    tls: 'opportunistic',
    recipientMode: 'list',
    inspectBeforeReply: false,
  });
  await installation.setRoute(one.id, '*', { nextHop: 'mx', tls: 'required' }, by);
  assert.deepEqual(
    (await installation.routes(one.id)).map(({ domain }) => domain),
    ['*', 'one.example'],
  );
  await assert.rejects(installation.setRoute(two.id, 'one.example', { nextHop: 'mx' }, by), NotInInstallationError);
  const wrong: unknown[] = [
    { nextHop: [] },
    { nextHop: 'smtp' },
    { nextHop: [{ host: 'a b' }] },
    { nextHop: [{ host: 'a.example', port: 0 }] },
    { nextHop: 'mx', tls: 'maybe' },
    { nextHop: 'mx', recipientMode: 'guess' },
    { nextHop: 'mx', more: true },
    null,
  ];
  for (const one_ of wrong)
    await assert.rejects(installation.setRoute(one.id, 'one.example', one_ as never, by), InstallationValueError);
  await installation.removeRoute(one.id, '*', by);
  await assert.rejects(installation.removeRoute(one.id, '*', by), NotInInstallationError);
});

test('tenants share trusted addresses only when relay names tell them apart', async () => {
  await using place = await house();
  const installation = await place.open();
  const [one, two, three] = await Promise.all(
    ['one', 'two', 'three'].map((name) => installation.createTenant({ name, displayName: name }, by)),
  );
  const trust = (tenant: TenantId, cidr: string, relayName?: string) =>
    installation.addTrustedClient({ tenant, cidr, ...(relayName === undefined ? {} : { relayName }) }, by);
  assert.equal((await trust(one!.id, '192.0.2.7')).cidr, '192.0.2.7/32');
  await assert.rejects(trust(two!.id, '192.0.2.7', 'two'), /relay name of its own/);
  await trust(one!.id, '2001:DB8:0::/32', 'one');
  await trust(two!.id, '2001:db8::/32', 'two');
  await assert.rejects(trust(three!.id, '2001:db8::/32'), /relay name of its own/);
  await assert.rejects(trust(three!.id, '2001:db8::/32', 'two'), /relay name of its own/);
  await assert.rejects(trust(one!.id, '192.0.2.7/32'), /has it already/);
  assert.equal((await installation.trustedClients(one!.id)).length, 2);
  await installation.removeTrustedClient(one!.id, '192.0.2.7', by);
  await assert.rejects(installation.removeTrustedClient(one!.id, '192.0.2.7', by), NotInInstallationError);
});

test('a setting keeps who, when, the old and the new value; a tenant goes before the installation', async () => {
  await using place = await house();
  const installation = await place.open();
  const { id } = await installation.createTenant({ name: 'one', displayName: 'One' }, by);
  const days = async (tenant: TenantId | null) => (await installation.settings(tenant))['quarantine.days'];
  assert.equal(await days(id), 14);
  await installation.setSetting(null, 'quarantine.days', 30, by);
  assert.equal(await days(id), 30);
  place.clock.advance(1000);
  await installation.setSetting(id, 'quarantine.days', 7, { kind: 'user', name: 'taro' });
  assert.equal(await installation.setSetting(id, 'quarantine.days', 7, by), null);
  assert.deepEqual([await days(id), await days(null)], [7, 30]);
  await installation.setSetting(id, 'quarantine.days', undefined, by);
  assert.deepEqual([await days(id), await installation.ownSettings(id)], [30, {}]);
  const changes = await installation.settingHistory(id, 'quarantine.days');
  assert.deepEqual(
    changes.map((change) => [change.version, change.old, change.new, change.by.name]),
    [
      [2, 7, null, 'hanako'],
      [1, null, 7, 'taro'],
    ],
  );
  assert.equal(changes[1]!.at, place.clock.now());
  await assert.rejects(installation.setSetting(id, 'smtp.recipients', 200, by), { id: 'setting-value' });
  await assert.rejects(installation.setSetting(id, 'quarantine.dyas', 7, by), /did you mean "quarantine\.days"/);
  await assert.rejects(
    installation.setSetting('unknowntenant' as TenantId, 'quarantine.days', 7, by),
    NotInInstallationError,
  );
});

test('a DKIM key is sealed for its tenant, domain and selector; one key signs', async () => {
  await using place = await house();
  const installation = await place.open();
  const { id } = await installation.createTenant({ name: 'one', displayName: 'One' }, by);
  const other = await installation.createTenant({ name: 'two', displayName: 'Two' }, by);
  await installation.addDomain(id, 'one.example', by);
  const key = (selector: string) => ({
    domain: 'one.example',
    selector,
    algorithm: 'rsa-sha256' as const,
    publicKey: Buffer.from(`public ${selector}`),
    privateKey: Buffer.from(`very secret ${selector}`),
  });
  await installation.addDkimKey(id, key('s2026'), by);
  place.clock.advance(1);
  await installation.addDkimKey(id, key('s2027'), by);
  const signing = async () =>
    (await installation.dkimKeys(id, 'one.example')).map(({ selector, signs }) => `${selector} ${signs}`);
  assert.deepEqual(await signing(), ['s2027 false', 's2026 true']);
  await installation.signWithDkimKey(id, 'one.example', 's2027', by);
  assert.deepEqual(await signing(), ['s2027 true', 's2026 false']);
  assert.equal(String(await installation.dkimPrivateKey(id, 'one.example', 's2026')), 'very secret s2026');
  await assert.rejects(installation.addDkimKey(id, key('s2026'), by), AlreadyInInstallationError);
  await assert.rejects(installation.addDkimKey(id, key('../x'), by), InstallationValueError);
  await assert.rejects(installation.addDkimKey(other.id, key('s1'), by), NotInInstallationError);
  await assert.rejects(installation.dkimPrivateKey(other.id, 'one.example', 's2026'), NotInInstallationError);
  assert.deepEqual(await installation.dkimKeys(other.id, 'one.example'), []);
});

test('snapshotForFront() is plain data without secrets, and its revision grows with every change', async () => {
  await using place = await house();
  const installation = await place.open();
  const { id } = await installation.createTenant({ name: 'one', displayName: 'One' }, by);
  await installation.addDomain(id, 'one.example', by);
  await installation.addDomain(id, 'unrouted.example', by);
  await installation.setRoute(id, 'one.example', { nextHop: 'mx', recipientMode: 'ask', inspectBeforeReply: true }, by);
  await installation.addTrustedClient({ tenant: id, cidr: '127.0.0.0/8' }, by);
  await installation.setSetting(id, 'quarantine.days', 5, by);
  const before = await installation.snapshotForFront();
  assert.deepEqual(structuredClone(before), before);
  assert.deepEqual(before.domains, {
    'one.example': { tenant: id, nextHop: 'mx', tls: 'opportunistic', recipientMode: 'ask', inspectBeforeReply: true },
    'unrouted.example': {
      tenant: id,
      nextHop: null,
      tls: 'opportunistic',
      recipientMode: 'list',
      inspectBeforeReply: false,
    },
  });
  assert.deepEqual(before.tenants, {
    [id]: { name: 'one', suspended: false, settings: { 'quarantine.days': 5 } },
  });
  assert.deepEqual(
    before.trusted.map(({ cidr }) => cidr),
    ['127.0.0.0/8'],
  );
  assert.equal(before.settings['smtp.recipients'], 1000);
  await installation.removeDomain(id, 'unrouted.example', by);
  assert.equal(await installation.revision(), before.revision + 1);
});

test('every change is told with who made it, and all of them are there after a new start', async () => {
  await using place = await house();
  const first = await place.open();
  const { id } = await first.createTenant({ name: 'one', displayName: 'One' }, by);
  await first.addDomain(id, 'one.example', by);
  const snapshot = await first.snapshotForFront();
  assert.deepEqual(place.log.events.at(-1), {
    event: 'installation.domain-added',
    fields: { tenant: id, domain: 'one.example', by: 'hanako' },
  });
  await first.close();
  await assert.rejects(first.tenants(), StoresClosedError);
  assert.deepEqual(await (await place.open()).snapshotForFront(), snapshot);
});

test('the database of the installation is sealed, and is never made anew where tenants are', async () => {
  await using place = await house();
  const installation = await place.open();
  await installation.createTenant({ name: 'visible-name', displayName: 'One' }, by);
  await installation.close();
  const file = join(place.folder, 'g000001.db');
  assert.equal((await readFile(file)).includes('visible-name'), false);
  await assert.rejects(place.open(vaultOf(2)), StoreUnreadableError);
  await rm(file);
  await assert.rejects(place.open(), StoreMissingError);
});
