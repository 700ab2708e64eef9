import assert from 'node:assert/strict';
import { cp, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fakeClock, keptLog } from '@sekisho/ports/testing';
import type { Actor } from '@sekisho/terms';
import { Vault } from '@sekisho/vault';
import { StoreUnreadableError } from '../errors.ts';
import { openSealed } from '../open-sealed.sqlite.ts';
import { Installation } from './installation.ts';

const by: Actor = { kind: 'operator', name: 'hanako' };
const [older, newer] = [new Vault(Buffer.alloc(32, 1)), new Vault(Buffer.alloc(32, 2))];

async function house() {
  const root = await mkdtemp(join(tmpdir(), 'sekisho-rotate-'));
  const [folder, tenantsFolder] = [join(root, 'installation'), join(root, 'tenants')];
  await mkdir(folder);
  await mkdir(tenantsFolder);
  const open = (vault: Vault, former: readonly Vault[] = []) =>
    Installation.open({ folder, tenantsFolder, vault, former, clock: fakeClock(), log: keptLog() });
  const installation = await open(older);
  const { id } = await installation.createTenant({ name: 'one', displayName: 'One' }, by);
  await installation.addDomain(id, 'one.example', by);
  const { tenantKey } = await installation.admission(id);
  const snapshot = await installation.snapshotForFront();
  const check = async (opened: Installation) => {
    assert.deepEqual((await opened.admission(id)).tenantKey, tenantKey);
    assert.deepEqual(await opened.snapshotForFront(), snapshot);
    await opened.close();
  };
  const dispose = () => rm(root, { recursive: true });
  return { folder, root, open, installation, check, [Symbol.asyncDispose]: dispose };
}

test('rotateRoot() puts everything under the new root, and the old one opens nothing any more', async () => {
  await using place = await house();
  await place.installation.rotateRoot(older, newer);
  await place.check(place.installation);
  assert.deepEqual(await readdir(place.folder), ['g000002.db']);
  await assert.rejects(place.open(older), StoreUnreadableError);
  await place.check(await place.open(newer));
});

test('open() finishes a rotation that stopped before it began to copy', async () => {
  await using place = await house();
  await place.installation.close();
  await place.check(await place.open(newer, [older]));
  assert.deepEqual(await readdir(place.folder), ['g000002.db']);
});

test('open() finishes a rotation that stopped in the middle of copying', async () => {
  await using place = await house();
  await place.installation.close();
  openSealed(join(place.folder, 'g000002.db'), newer.installationDatabaseKey(), 64).close();
  await place.check(await place.open(newer, [older]));
  assert.deepEqual(await readdir(place.folder), ['g000002.db']);
});

test('open() finishes a rotation that stopped before the old generation was removed', async () => {
  await using place = await house();
  await cp(join(place.folder, 'g000001.db'), join(place.root, 'kept'));
  await place.installation.rotateRoot(older, newer);
  await place.installation.close();
  await cp(join(place.root, 'kept'), join(place.folder, 'g000001.db'));
  await place.check(await place.open(newer, [older]));
  assert.deepEqual(await readdir(place.folder), ['g000002.db']);
});

test('a rotation that fails leaves the installation as it was', async () => {
  await using place = await house();
  const wrong = new Vault(Buffer.alloc(32, 9));
  await assert.rejects(place.installation.rotateRoot(wrong, newer));
  await place.check(place.installation);
  assert.deepEqual(await readdir(place.folder), ['g000001.db']);
});
