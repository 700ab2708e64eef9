import assert from 'node:assert/strict';
import { closeSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { test } from 'node:test';
import { SegmentLedger, type SpoolReference } from '@sekisho/spool';
import type { SpoolId, TenantId } from '@sekisho/terms';
import { inspectedPlain, openSpooledHouse, type SpooledHouse } from '../testing/spooled-house.ts';
import { recoverSegment, type RecoveryPorts } from './recovery.ts';

/** What recovery of a house's segment asks for, and what it came to. */
function openRecovery(house: SpooledHouse, change: Partial<RecoveryPorts> = {}) {
  const ledger = new SegmentLedger();
  const offered: SpoolId[] = [];
  const done = new Map<TenantId, number>();
  const ports: RecoveryPorts = {
    vault: house.spool.vault,
    ledger,
    log: house.log,
    isTenant: () => true,
    isNews(reference) {
      ledger.owe(reference);
      return true;
    },
    recover: (tenant, references) => house.writer.recover(tenant, references),
    offer: ({ spoolId }) => void offered.push(spoolId),
    done: (tenant, messages) => void done.set(tenant, (done.get(tenant) ?? 0) + messages),
    ...change,
  };
  return { ledger, offered, done, ports };
}

const ids = (references: readonly SpoolReference[]) => references.map(({ spoolId }) => spoolId);

test('recoverSegment() settles what has its row, and sends the rest through the path', async () => {
  await using house = await openSpooledHouse();
  const there = [await house.accept('one'), await house.accept('two', { tenant: house.other })];
  const missing = [await house.accept('three'), await house.accept('four', { tenant: house.other })];
  for (const one of there) await house.writer.ingest(one.tenant, [inspectedPlain(one)]);
  await house.restart();
  const { ledger, offered, done, ports } = openRecovery(house);
  const { segmentFile } = there[0]!;
  const found = await recoverSegment(segmentFile, ports);
  assert.deepEqual(found, { found: 4, missing: 2, isDamaged: false, bodyFiles: [] });
  assert.deepEqual(offered.sort(), ids(missing).sort());
  assert.deepEqual(
    done,
    new Map([
      [house.tenant, 1],
      [house.other, 1],
    ]),
  );
  assert.equal(ledger.debt(segmentFile), 4, 'settled is not durable');
  for (const { tenant, batch } of await house.writer.checkpoint()) ledger.durable(tenant, batch);
  assert.equal(ledger.debt(segmentFile), 2);
});

test('a tenant whose database does not open holds up nobody: its messages take the path', async () => {
  await using house = await openSpooledHouse();
  const broken = await house.accept('one');
  const well = await house.accept('two', { tenant: house.other });
  await house.writer.ingest(house.other, [inspectedPlain(well)]);
  await house.restart();
  const { ledger, offered, done, ports } = openRecovery(house, {
    async recover(tenant, references) {
      if (tenant === house.tenant) throw new Error('the file is damaged');
      return house.writer.recover(tenant, references);
    },
  });
  await recoverSegment(broken.segmentFile, ports);
  assert.deepEqual(offered, [broken.spoolId]);
  assert.deepEqual(done, new Map([[house.other, 1]]));
  for (const { tenant, batch } of await house.writer.checkpoint()) ledger.durable(tenant, batch);
  assert.equal(ledger.debt(broken.segmentFile), 1, 'its segment stays');
});

test('records that are known are passed over; mail of a tenant that is gone owes nothing', async () => {
  await using house = await openSpooledHouse();
  const [known, gone] = [await house.accept('known'), await house.accept('gone', { tenant: house.other })];
  const { ledger, offered, done, ports } = openRecovery(house, { isTenant: (tenant) => tenant !== house.other });
  const isNews = ports.isNews;
  const found = await recoverSegment(known.segmentFile, {
    ...ports,
    isNews: (reference) => reference.spoolId !== known.spoolId && isNews(reference),
  });
  assert.equal(found.found, 1);
  assert.deepEqual(offered, []);
  assert.equal(ledger.debt(gone.segmentFile), 0);
  assert.deepEqual(done, new Map([[house.other, 1]]));
});

test('damage between records is told, what is around it is recovered, and the segment is kept', async () => {
  await using house = await openSpooledHouse();
  const all = [await house.accept('one'), await house.accept('two'), await house.accept('three')];
  const fd = openSync(all[1]!.segmentFile, 'r+');
  writeSync(fd, Buffer.alloc(32, 0xff), 0, 32, all[1]!.offset + 48);
  closeSync(fd);
  const { offered, ports } = openRecovery(house);
  const { isDamaged, missing } = await recoverSegment(all[0]!.segmentFile, ports);
  assert.deepEqual([isDamaged, missing], [true, 2]);
  assert.deepEqual(offered, [all[0]!.spoolId, all[2]!.spoolId]);
});

test('a segment whose header does not open is kept; one that is gone owes nothing', async () => {
  await using house = await openSpooledHouse();
  const one = await house.accept('one');
  const strange = one.segmentFile.replace(/[^/]*$/, '0000000001.segment');
  writeFileSync(strange, Buffer.alloc(100_000));
  const { ports } = openRecovery(house);
  assert.equal((await recoverSegment(strange, ports)).isDamaged, true);
  assert.equal((await recoverSegment(`${one.segmentFile}-gone`, ports)).isDamaged, false);
});

test('files of large bodies are named, so that those without a record can go', async () => {
  await using house = await openSpooledHouse();
  const large = await house.accept('x'.repeat(100_000));
  const { ports } = openRecovery(house, { isNews: () => false });
  assert.deepEqual((await recoverSegment(large.segmentFile, ports)).bodyFiles, [large.bodyFile]);
});
