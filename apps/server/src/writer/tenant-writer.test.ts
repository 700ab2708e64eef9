import assert from 'node:assert/strict';
import { openSync, readdirSync, statSync, writeFileSync, writeSync, closeSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { deliveredSource } from '@sekisho/archive';
import type { SpoolReference } from '@sekisho/spool';
import { inspectedPlain, openSpooledHouse, plainInspection, type SpooledHouse } from '../testing/spooled-house.ts';

/** Octets of all packs of the first tenant. */
function packOctets(house: SpooledHouse): number {
  const folder = house.packs(house.tenant);
  return readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
}

/** The body that the row of a message names is lost, as after a power cut before its sync. */
async function loseBody(house: SpooledHouse, reference: SpoolReference): Promise<void> {
  const [row] = await house.rows(reference.tenant, reference);
  const { pack, offset, length } = row!.place;
  const fd = openSync(join(house.packs(reference.tenant), pack), 'r+');
  writeSync(fd, Buffer.alloc(length), 0, length, offset);
  closeSync(fd);
}

/** The spooled body itself is damaged, as by a bad sector. */
function damageSpool({ segmentFile, bodyOffset }: SpoolReference): void {
  const fd = openSync(segmentFile, 'r+');
  writeSync(fd, Buffer.alloc(8, 0xff), 0, 8, bodyOffset + 20);
  closeSync(fd);
}

test('ingest() journals a batch whose bodies open from their packs', async () => {
  await using house = await openSpooledHouse();
  const texts = ['one', 'two', 'three'].map((word) => `Subject: ${word}\r\n\r\n${word}\r\n`);
  const references = await Promise.all(texts.map((text) => house.accept(text)));
  const answer = await house.writer.ingest(
    house.tenant,
    references.map((one) => inspectedPlain(one)),
  );
  assert.deepEqual(answer, { batch: 1, settled: references.map(({ spoolId }) => spoolId), damaged: [] });
  for (const [at, reference] of references.entries()) {
    assert.equal((await house.archived(reference)).toString(), texts[at]);
  }
  assert.deepEqual(await house.rows(house.other, ...references), [], 'nothing of it is the other tenant’s');
});

test('ingest() of what is there already changes nothing but its place', async () => {
  await using house = await openSpooledHouse();
  const reference = await house.accept('Subject: once\r\n\r\n');
  await house.writer.ingest(house.tenant, [inspectedPlain(reference)]);
  const [first] = await house.rows(house.tenant, reference);
  const again = await house.writer.ingest(house.tenant, [inspectedPlain(reference, { indexedAll: false })]);
  assert.deepEqual(again.settled, [reference.spoolId]);
  const [second, ...others] = await house.rows(house.tenant, reference);
  assert.deepEqual(others, []);
  assert.equal(second!.id, first!.id);
  assert.equal((await house.archived(reference)).toString(), 'Subject: once\r\n\r\n');
});

test('a replay repairs a row whose body was lost', async () => {
  await using house = await openSpooledHouse();
  const reference = await house.accept('Subject: lost\r\n\r\n');
  await house.writer.ingest(house.tenant, [inspectedPlain(reference)]);
  await loseBody(house, reference);
  await assert.rejects(house.archived(reference));
  await house.writer.ingest(house.tenant, [inspectedPlain(reference)]);
  assert.equal((await house.archived(reference)).toString(), 'Subject: lost\r\n\r\n');
});

test('ingest() leaves out a damaged body and takes all others of the batch', async () => {
  await using house = await openSpooledHouse();
  const references = await Promise.all(['a', 'b', 'c'].map((word) => house.accept(`Subject: ${word}\r\n\r\n`)));
  damageSpool(references[1]!);
  const { settled, damaged } = await house.writer.ingest(
    house.tenant,
    references.map((one) => inspectedPlain(one)),
  );
  assert.deepEqual(settled, [references[0]!.spoolId, references[2]!.spoolId]);
  assert.deepEqual(damaged, [references[1]!.spoolId]);
  assert.ok(house.log.events.some(({ event }) => event === 'intake.body-damaged'));
});

test('a segment that is gone damages its own messages, not the batch', async () => {
  await using house = await openSpooledHouse();
  const lost = await house.accept('Subject: lost\r\n\r\n');
  const kept = await house.accept('Subject: kept\r\n\r\n');
  const gone = { ...lost, segmentFile: `${lost.segmentFile}-gone` };
  const { settled, damaged } = await house.writer.ingest(house.tenant, [inspectedPlain(gone), inspectedPlain(kept)]);
  assert.deepEqual([settled, damaged], [[kept.spoolId], [lost.spoolId]]);
});

test('ingest() adopts large bodies, and tells of one whose file is gone', async () => {
  await using house = await openSpooledHouse();
  const text = `Subject: large\r\n\r\n${'x'.repeat(100_000)}`;
  const [large, lost] = [await house.accept(text), await house.accept(text)];
  assert.equal(large.bodyKind, 'large');
  rmSync(lost.bodyFile!);
  const deliveredSha256 = Buffer.alloc(32, 7);
  const messages = [large, lost].map((one) => ({ ...inspectedPlain(one), deliveredSha256 }));
  const { settled, damaged } = await house.writer.ingest(house.tenant, messages);
  assert.deepEqual([settled, damaged], [[large.spoolId], [lost.spoolId]]);
  assert.equal((await house.archived(large)).toString(), text);
});

test('tries that come to nothing do not fill the disk', async () => {
  await using house = await openSpooledHouse();
  const reference = await house.accept(`Subject: again\r\n\r\n${'x'.repeat(10_000)}`);
  const unfit = inspectedPlain(reference, { summary: { ...plainInspection().summary, subject: {} as never } });
  await assert.rejects(house.writer.ingest(house.tenant, [unfit]));
  const before = packOctets(house);
  assert.ok(before > 10_000);
  for (let i = 0; i < 5; i++) await assert.rejects(house.writer.ingest(house.tenant, [unfit]));
  assert.equal(packOctets(house), before);
  const { settled } = await house.writer.ingest(house.tenant, [inspectedPlain(reference)]);
  assert.deepEqual(settled, [reference.spoolId]);
  assert.equal(packOctets(house), before, 'the try that passes uses the first body');
  assert.equal((await house.archived(reference)).length, reference.sizeOctets);
});

test('what a scan process would cut out of a message stays in it, and the message is not believed', async () => {
  await using house = await openSpooledHouse();
  const text = 'Subject: pay 100\r\n\r\nto Taro\r\n';
  const reference = await house.accept(text);
  await house.writer.ingest(house.tenant, [inspectedPlain(reference, { omitted: [[0, 18]] })]);
  const source = await house.stores.read(house.tenant, (tx) => deliveredSource(tx, reference.spoolId));
  assert.deepEqual(source!.omitted, []);
  const row = await house.stores.read(house.tenant, (tx) =>
    tx.one<{ disposition: string }>('SELECT disposition FROM archive_message WHERE spool_id = ?', reference.spoolId),
  );
  assert.equal(row!.disposition, 'quarantine');
});

test('recover() settles what is there, copies a lost body again, and names what is missing', async () => {
  await using house = await openSpooledHouse();
  const [whole, torn, missing] = [
    await house.accept('whole'),
    await house.accept('torn'),
    await house.accept('missing'),
  ];
  await house.writer.ingest(house.tenant, [inspectedPlain(whole), inspectedPlain(torn)]);
  await loseBody(house, torn);
  await house.restart();
  const answer = await house.writer.recover(house.tenant, [whole, torn, missing]);
  assert.deepEqual(answer.settled, [whole.spoolId, torn.spoolId]);
  assert.deepEqual(answer.missing, [missing.spoolId]);
  assert.equal((await house.archived(torn)).toString(), 'torn');
  assert.equal((await house.archived(whole)).toString(), 'whole');
});

test('recover() copies a large body again whose file in the packs is gone', async () => {
  await using house = await openSpooledHouse();
  const text = `Subject: large\r\n\r\n${'y'.repeat(100_000)}`;
  const large = await house.accept(text);
  await house.writer.ingest(house.tenant, [{ ...inspectedPlain(large), deliveredSha256: Buffer.alloc(32) }]);
  const [row] = await house.rows(house.tenant, large);
  rmSync(join(house.packs(house.tenant), row!.place.pack));
  await house.restart();
  assert.deepEqual((await house.writer.recover(house.tenant, [large])).settled, [large.spoolId]);
  assert.equal((await house.archived(large)).toString(), text);
});

test('bodies of a run that died are synced before anything counts as durable', async () => {
  await using house = await openSpooledHouse();
  const reference = await house.accept('Subject: unsynced\r\n\r\n');
  await house.writer.ingest(house.tenant, [inspectedPlain(reference)]);
  await house.restart();
  const { batch } = await house.writer.recover(house.tenant, [reference]);
  const [row] = await house.rows(house.tenant, reference);
  const pack = join(house.packs(house.tenant), row!.place.pack);
  rmSync(pack);
  const [blocked] = await house.writer.checkpoint();
  assert.ok(blocked!.batch < batch, 'a pack that cannot be synced holds the tenant’s batches back');
  assert.ok(house.log.events.some(({ event }) => event === 'checkpoint.tenant-failed'));
  writeFileSync(pack, '');
  const [done] = await house.writer.checkpoint();
  assert.deepEqual(done, { tenant: house.tenant, batch });
});

test('checkpoint() names the last durable batch of each tenant, once', async () => {
  await using house = await openSpooledHouse();
  const one = await house.accept('one');
  const two = await house.accept('two', { tenant: house.other });
  await house.writer.ingest(house.tenant, [inspectedPlain(one)]);
  await house.writer.ingest(house.other, [inspectedPlain(two)]);
  const durable = await house.writer.checkpoint();
  assert.deepEqual(durable, [
    { tenant: house.tenant, batch: 1 },
    { tenant: house.other, batch: 1 },
  ]);
  assert.deepEqual(await house.writer.checkpoint(), []);
});

test('a tenant whose packs failed holds up nobody else, and is told of once', async () => {
  await using house = await openSpooledHouse();
  const [one, two] = [await house.accept('one'), await house.accept('two', { tenant: house.other })];
  writeFileSync(house.packs(house.tenant), 'not a folder');
  await assert.rejects(house.writer.ingest(house.tenant, [inspectedPlain(one)]));
  await house.writer.ingest(house.other, [inspectedPlain(two)]);
  assert.deepEqual(await house.writer.checkpoint(), [{ tenant: house.other, batch: 1 }]);
});

test('an inspection that failed is journalled and held', async () => {
  await using house = await openSpooledHouse();
  const reference = await house.accept('Subject: x\r\n\r\n');
  const inspection = plainInspection({
    facts: [{ name: 'inspection/failed', value: { inspector: 'scan', why: 'x' } }],
  });
  await house.writer.ingest(house.tenant, [{ reference, inspection }]);
  const held = await house.stores.read(house.tenant, (tx) =>
    tx.all('SELECT reason FROM holding_entry WHERE spool_id = ?', reference.spoolId),
  );
  assert.deepEqual(held, [{ reason: 'not-inspected' }]);
});

test('close() and a new start go on in the pack that ended whole', async () => {
  await using house = await openSpooledHouse();
  const [one, two] = [await house.accept('one'), await house.accept('two')];
  await house.writer.ingest(house.tenant, [inspectedPlain(one)]);
  await house.writer.close();
  await house.restart();
  await house.writer.ingest(house.tenant, [inspectedPlain(two)]);
  const rows = await house.rows(house.tenant, one, two);
  assert.equal(rows[0]!.place.pack, rows[1]!.place.pack);
  assert.equal((await house.archived(one)).toString(), 'one');
});

test('ingest() keeps a batch as its tenant wants: class of the packs, days in quarantine; recovery leaves the class', async () => {
  await using house = await openSpooledHouse();
  const [usual, torn] = [await house.accept('usual'), await house.accept('torn')];
  const facts = [{ name: 'inspection/failed', value: { inspector: 'scan', why: 'x' } }];
  await house.writer.ingest(house.tenant, [inspectedPlain(usual, { facts })]);
  const keeping = { quarantineDays: 3, retentionClass: 'ten-years' };
  await house.writer.ingest(house.tenant, [inspectedPlain(torn, { facts })], keeping);
  const waits = await house.stores.read(house.tenant, (tx) =>
    tx.all<{ days: number }>('SELECT (deadline - opened_at) / 86400000 AS days FROM holding_entry ORDER BY spool_id'),
  );
  assert.deepEqual(
    waits.map(({ days }) => days),
    [14, 3],
  );
  const classes = async () =>
    (await house.rows(house.tenant, usual, torn)).map(({ place }) => place.pack.split('.')[0]);
  assert.deepEqual(await classes(), ['standard', 'ten-years']);
  await loseBody(house, torn);
  await house.restart();
  await house.writer.recover(house.tenant, [torn]);
  assert.deepEqual(await classes(), ['standard', 'ten-years']);
  assert.equal((await house.archived(torn)).toString(), 'torn');
});
