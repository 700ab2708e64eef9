import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { test } from 'node:test';
import { recordKey, type Vault } from '@sekisho/vault';
import fc from 'fast-check';
import { BodyDamagedError, SegmentUnreadableError } from './errors.ts';
import { openBodyOf } from './open-body.ts';
import { type Damage, readSegment } from './read-segment.ts';
import type { SpoolReference } from './reference.ts';
import { openTestSpool, testEnvelope } from './testing.ts';

const RECORDS = 12;

interface Sample {
  readonly file: string;
  readonly octets: Buffer;
  readonly vault: Vault;
  readonly sent: readonly SpoolReference[];
}

/** A segment with some records, as the disk has it. */
async function sample(): Promise<Sample> {
  await using spool = await openTestSpool({ limits: { segmentOctets: 64 * 1024 } });
  const sent: SpoolReference[] = [];
  for (let n = 0; n < RECORDS; n += 1) {
    sent.push(await spool.writer.append(testEnvelope(), [randomBytes(40 + n * 130)]));
  }
  const { segmentFile } = sent[0]!;
  const octets = await readFile(segmentFile);
  return { file: join(dirname(spool.folder), basename(segmentFile)), octets, vault: spool.vault, sent };
}

async function read({ file, vault }: Sample, octets: Buffer) {
  await writeFile(file, octets);
  const damage: Damage[] = [];
  const ids: string[] = [];
  try {
    for await (const one of readSegment(file, vault, (found) => damage.push(found))) ids.push(one.spoolId);
  } finally {
    await rm(file);
  }
  return { ids, damage };
}

const isIn = (one: SpoolReference, from: number, to: number) => one.offset < to && one.offset + one.lengthOctets > from;
const idsOf = (list: readonly SpoolReference[]) => list.map((one) => one.spoolId);

test('readSegment() loses nothing but what a cut of the file reaches', async () => {
  const one = await sample();
  const end = one.sent.at(-1)!.offset + one.sent.at(-1)!.lengthOctets;
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 4096, max: end }), async (size) => {
      const { ids } = await read(one, one.octets.subarray(0, size));
      assert.deepEqual(ids, idsOf(one.sent.filter((sent) => sent.offset + sent.lengthOctets <= size)));
    }),
    { numRuns: 60 },
  );
});

test('readSegment() loses only the records that garbage or zeros cover, gives all later ones and reports the rest', async () => {
  const one = await sample();
  const last = one.sent.at(-1)!;
  const places = fc.integer({ min: 4096, max: last.offset + last.lengthOctets - 1 });
  await fc.assert(
    fc.asyncProperty(places, fc.integer({ min: 1, max: 3000 }), fc.boolean(), async (from, length, isZero) => {
      const octets = Buffer.from(one.octets);
      const to = Math.min(from + length, octets.length - 4096);
      octets.set(isZero ? Buffer.alloc(to - from) : randomBytes(to - from), from);
      const hit = one.sent.filter((sent) => isIn(sent, from, to) && isChanged(one, octets, sent));
      const { ids, damage } = await read(one, octets);
      assert.deepEqual(ids, idsOf(one.sent.filter((sent) => !hit.includes(sent))));
      const isCoveredToTheEnd = isZero && hit.at(-1) === last && from <= hit[0]!.offset;
      if (hit.length > 0 && !isCoveredToTheEnd) assert.ok(damage.length > 0, 'nothing was reported');
    }),
    { numRuns: 80 },
  );
});

test('readSegment() loses one record by one flipped bit, and says which octets', async () => {
  const one = await sample();
  await fc.assert(
    fc.asyncProperty(fc.nat(RECORDS - 1), fc.nat(), fc.nat(7), async (n, at, bit) => {
      const octets = Buffer.from(one.octets);
      const { offset, lengthOctets, spoolId } = one.sent[n]!;
      octets[offset + (at % lengthOctets)]! ^= 1 << bit;
      const { ids, damage } = await read(one, octets);
      assert.deepEqual(ids, idsOf(one.sent.filter((sent) => sent.spoolId !== spoolId)));
      assert.deepEqual(
        damage.map(({ from, reason }) => ({ from, reason })),
        [{ from: offset, reason: n === RECORDS - 1 ? 'torn-tail' : 'unreadable' }],
      );
      if (n < RECORDS - 1) assert.equal(damage[0]!.records, 1);
    }),
    { numRuns: 80 },
  );
});

test('readSegment() reads by the copy when the header is gone, and refuses the segment when both are', async () => {
  const one = await sample();
  const octets = Buffer.from(one.octets);
  octets.fill(0xff, 0, 4096);
  assert.deepEqual((await read(one, octets)).ids, idsOf(one.sent));
  octets.fill(0, octets.length - 4096);
  await assert.rejects(read(one, octets), SegmentUnreadableError);
});

test('readSegment() takes no record from another place of the same segment', async () => {
  const one = await sample();
  const [first, second] = one.sent as [SpoolReference, SpoolReference];
  const octets = Buffer.from(one.octets);
  octets.copyWithin(second.offset, first.offset, first.offset + first.lengthOctets);
  assert.ok(!(await read(one, octets)).ids.includes(second.spoolId));
});

test('openBodyOf() refuses a body whose reference names another tenant, digest, size or key', async () => {
  await using spool = await openTestSpool();
  const reference = await spool.writer.append(testEnvelope(), [Buffer.from('Dear Hanako')]);
  assert.equal((await openBodyOf(reference)).toString(), 'Dear Hanako');
  const other = { ...reference, tenant: 'tenant0000000b' as typeof reference.tenant };
  const wrong: SpoolReference[] = [
    other,
    { ...reference, sha256: Buffer.alloc(32) },
    { ...reference, sizeOctets: 5 },
    { ...reference, recordKey: recordKey(Buffer.alloc(32), reference.spoolId) },
    { ...reference, bodyOffset: reference.bodyOffset + 64 },
    { ...reference, segmentFile: `${reference.segmentFile}.gone` },
  ];
  for (const one of wrong) await assert.rejects(openBodyOf(one), BodyDamagedError);
});

test('a large body that is cut, changed or gone is reported and not replayed', async () => {
  for (const damage of [
    (file: string) => truncate(file, 65_000),
    (file: string) => truncate(file, 16 + 65_536 + 16),
    (file: string) => rm(file),
    async (file: string) => {
      const octets = await readFile(file);
      octets[70_000]! ^= 1;
      await writeFile(file, octets);
    },
  ]) {
    await using spool = await openTestSpool();
    const large = await spool.writer.append(testEnvelope(), [randomBytes(150_000)]);
    const small = await spool.writer.append(testEnvelope(), [Buffer.from('beside it')]);
    await damage(large.bodyFile!);
    const reports: Damage[] = [];
    const ids: string[] = [];
    for await (const one of readSegment(small.segmentFile, spool.vault, (found) => reports.push(found))) {
      ids.push(one.spoolId);
    }
    assert.deepEqual(ids, [small.spoolId]);
    assert.deepEqual(
      reports.map(({ reason, from }) => ({ reason, from })),
      [{ reason: 'large-body', from: large.offset }],
    );
    await assert.rejects(openBodyOf(large), BodyDamagedError);
  }
});

function isChanged({ octets: before }: Sample, after: Buffer, { offset, lengthOctets }: SpoolReference): boolean {
  return !before.subarray(offset, offset + lengthOctets).equals(after.subarray(offset, offset + lengthOctets));
}
