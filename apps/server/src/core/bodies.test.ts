import assert from 'node:assert/strict';
import { readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { deliveredSource } from '@sekisho/archive';
import type { SpoolReference } from '@sekisho/spool';
import { testAdmission } from '@sekisho/tenants/testing';
import type { TenantId } from '@sekisho/terms';
import { HOST_NAME, inspectedPlain, openSpooledHouse, type SpooledHouse } from '../testing/spooled-house.ts';
import { tracePrefix } from '../message-path.ts';
import { Bodies } from './bodies.ts';
import { digestDelivered } from './digest-delivered.ts';

/** A journalled message of the house, and where its contents lie. */
async function journalled(house: SpooledHouse, text: string, tenant = house.tenant) {
  const reference = await house.accept(text, { tenant });
  const message = inspectedPlain(reference);
  const prefix = tracePrefix(message, HOST_NAME);
  async function* raw() {
    yield Buffer.from(text);
  }
  const deliveredSha256 = await digestDelivered(prefix, [], raw());
  await house.writer.ingest(tenant, [reference.bodyKind === 'large' ? { ...message, deliveredSha256 } : message]);
  return { reference, source: (await sourceOf(house, reference))! };
}

const sourceOf = (house: SpooledHouse, { tenant, spoolId }: SpoolReference) =>
  house.stores.read(tenant, (tx) => deliveredSource(tx, spoolId));

function openBodies(house: SpooledHouse) {
  const opened: TenantId[] = [];
  const bodies = new Bodies(async (tenant) => {
    opened.push(tenant);
    return testAdmission(house.folder, tenant);
  });
  return { bodies, opened };
}

/** Descriptors of this process that are open on files below a folder. */
const openFiles = (folder: string) =>
  readdirSync('/proc/self/fd').filter((fd) => {
    try {
      return readlinkSync(join('/proc/self/fd', fd)).startsWith(folder);
    } catch {
      return false;
    }
  }).length;

for (const [kind, text] of [
  ['small', 'Subject: small\r\n\r\nsmall\r\n'],
  ['large', `Subject: large\r\n\r\n${'large\r\n'.repeat(50_000)}`],
] as const) {
  test(`raw() and delivered() of a ${kind} body give what came and what is sent`, async () => {
    await using house = await openSpooledHouse();
    const { source, reference } = await journalled(house, text);
    assert.equal(reference.bodyKind, kind === 'small' ? 'inline' : 'large');
    const { bodies } = openBodies(house);
    assert.equal((await bodies.raw(house.tenant, source)).toString(), text);
    const sent = Buffer.concat(await bodies.delivered(house.tenant, source)).toString();
    assert.match(sent, /^Received: from /);
    assert.ok(sent.endsWith(text));
    bodies.dismiss(house.tenant);
  });
}

test('delivered() refuses a form that is not the journalled one', async () => {
  await using house = await openSpooledHouse();
  const { source } = await journalled(house, 'Subject: x\r\n\r\n');
  const { bodies } = openBodies(house);
  const changed = { ...source, prefix: Buffer.from('Received: from elsewhere\r\n') };
  await assert.rejects(bodies.delivered(house.tenant, changed), { id: 'delivered-form-changed' });
  bodies.dismiss(house.tenant);
});

test('a body does not open under another tenant, another message’s key or another size', async () => {
  await using house = await openSpooledHouse();
  const one = await journalled(house, 'Subject: one\r\n\r\n');
  const two = await journalled(house, 'Subject: two\r\n\r\n');
  await journalled(house, 'Subject: theirs\r\n\r\n', house.other);
  const { bodies } = openBodies(house);
  await assert.rejects(bodies.raw(house.other, one.source));
  await assert.rejects(bodies.raw(house.tenant, { ...one.source, wrappedKey: two.source.wrappedKey }));
  await assert.rejects(bodies.raw(house.tenant, { ...one.source, place: two.source.place }));
  await assert.rejects(bodies.raw(house.tenant, { ...one.source, sizeOctets: 5 }));
  bodies.dismiss(house.tenant);
  bodies.dismiss(house.other);
});

test('a tenant’s files are opened once, stay open while they are read, and are closed when they are dismissed', async () => {
  await using house = await openSpooledHouse();
  const { source } = await journalled(house, `Subject: large\r\n\r\n${'x'.repeat(400_000)}`);
  const { bodies, opened } = openBodies(house);
  const packs = house.packs(house.tenant);
  const before = openFiles(packs);
  await Promise.all([1, 2, 3].map(() => bodies.raw(house.tenant, source)));
  assert.deepEqual(opened, [house.tenant]);
  const reading = bodies.rawStream(house.tenant, source);
  const first = await reading.next();
  bodies.dismiss(house.tenant);
  let octets = (first.value as Buffer).length;
  for await (const chunk of reading) octets += chunk.length;
  assert.equal(octets, source.sizeOctets);
  assert.equal(openFiles(packs), before);
});
