import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createDkimKey } from '@sekisho/message-auth';
import { systemClock } from '@sekisho/ports';
import { OPERATOR, openTestInstallation } from '../testing/test-installation.ts';
import { Signer } from './signer.ts';

const PARTS = [Buffer.from('From: taro@aoba.test\r\nSubject: x\r\n\r\nbody\r\n')];

async function openHouse() {
  const house = await openTestInstallation();
  await house.installation.addDomain(house.aoba, 'aoba.test', OPERATOR);
  let revision = await house.installation.revision();
  const signer = new Signer(house.installation, systemClock(), () => revision);
  return {
    ...house,
    signer,
    async changed() {
      revision = await house.installation.revision();
    },
    [Symbol.asyncDispose]: () => house[Symbol.asyncDispose](),
  };
}

type House = Awaited<ReturnType<typeof openHouse>>;

async function addKey({ installation, aoba }: House, selector: string, algorithm: 'rsa-sha256' | 'ed25519-sha256') {
  const made = await createDkimKey({ algorithm: algorithm === 'rsa-sha256' ? 'rsa-2048' : 'ed25519' });
  const [publicKey, privateKey] = [Buffer.from(made.publicKey), Buffer.from(made.privateKey)];
  await installation.addDkimKey(aoba, { domain: 'aoba.test', selector, algorithm, publicKey, privateKey }, OPERATOR);
}

test('sign() signs for a domain with a key, and for no other', async () => {
  await using house = await openHouse();
  assert.equal(await house.signer.sign(house.aoba, 'aoba.test', PARTS), null);
  await addKey(house, 'one', 'ed25519-sha256');
  await house.installation.signWithDkimKey(house.aoba, 'aoba.test', 'one', OPERATOR);
  assert.equal(await house.signer.sign(house.aoba, 'aoba.test', PARTS), null, 'what was read holds for its revision');
  await house.changed();
  const field = String(await house.signer.sign(house.aoba, 'aoba.test', PARTS)).replace(/\s+/g, ' ');
  assert.match(field, /^DKIM-Signature: /);
  assert.match(field, /d=aoba\.test;/);
  assert.match(field, /s=one;/);
  assert.match(field, /a=ed25519-sha256;/);
  assert.equal(await house.signer.sign(house.aoba, 'elsewhere.test', PARTS), null);
});

test('sign() uses no key of another tenant’s domain', async () => {
  await using house = await openHouse();
  await addKey(house, 'one', 'ed25519-sha256');
  await house.installation.signWithDkimKey(house.aoba, 'aoba.test', 'one', OPERATOR);
  await house.changed();
  assert.equal(await house.signer.sign(house.midori, 'aoba.test', PARTS), null);
});

test('sign() changes its key when another one is chosen', async () => {
  await using house = await openHouse();
  await addKey(house, 'one', 'ed25519-sha256');
  await addKey(house, 'two', 'rsa-sha256');
  for (const selector of ['one', 'two']) {
    await house.installation.signWithDkimKey(house.aoba, 'aoba.test', selector, OPERATOR);
    await house.changed();
    const field = String(await house.signer.sign(house.aoba, 'aoba.test', PARTS));
    assert.match(field, new RegExp(`s=${selector};`));
  }
});
