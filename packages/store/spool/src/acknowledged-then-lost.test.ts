import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { dropSegment } from './drop-segment.ts';
import { SegmentLedger } from './ledger.ts';
import { listSegments } from './list-segments.ts';
import { openBodyOf } from './open-body.ts';
import { cuttableFileOps } from './power-cut.ts';
import { readSegment } from './read-segment.ts';
import type { SpoolReference } from './reference.ts';
import { openTestSpool, testEnvelope } from './testing.ts';

interface Outcome {
  readonly lost: number;
  readonly changed: number;
  readonly risen: number;
  readonly acknowledged: number;
  readonly dropped: number;
}

/** Appends under load, settles and drops some segments, cuts the power at a random moment and reads what is left. */
async function cutOnce(isHonest: boolean): Promise<Outcome> {
  const root = await mkdtemp(join(tmpdir(), 'sekisho-cut-'));
  const ops = cuttableFileOps(isHonest);
  const ledger = new SegmentLedger();
  const sent = new Map<string, Buffer>();
  const acknowledged = new Map<string, SpoolReference>();
  const gone = new Set<string>();
  let isCut = false;
  const spool = await openTestSpool({
    folder: join(root, 'live'),
    ops,
    limits: { segmentOctets: 64 * 1024, inlineBodyOctets: 8 * 1024 },
    segmentClosed: (file, isFailed) => ledger.closed(file, isFailed),
  });

  const send = async () => {
    while (!isCut) {
      const body = randomBytes(Math.random() < 0.05 ? 20_000 : 100 + Math.floor(Math.random() * 4000));
      const reference = await spool.writer.append(testEnvelope(), [body]);
      if (isCut) return;
      sent.set(reference.sha256.toString('hex'), body);
      acknowledged.set(reference.spoolId, reference);
      ledger.owe(reference);
      if (Math.random() < 0.8) ledger.settle(reference.spoolId);
    }
  };
  const drop = async () => {
    while (!isCut) {
      for (const { segmentFile, bodyFiles } of ledger.droppable()) {
        await dropSegment(segmentFile, { bodyFiles, spareSegments: 2, ops });
        ledger.dropped(segmentFile);
        for (const one of acknowledged.values()) if (one.segmentFile === segmentFile && !isCut) gone.add(one.spoolId);
      }
      for (const id of acknowledged.keys()) if (Math.random() < 0.05) ledger.settle(id as SpoolReference['spoolId']);
      await turn();
    }
  };
  const work = [send(), send(), send(), send(), drop()];
  const enough = 20 + Math.random() * 130;
  while (acknowledged.size < enough) await turn();
  for (let turns = Math.random() * 5; turns > 0; turns -= 1) await turn();
  isCut = true;
  const settled = new Set([...acknowledged.keys()].filter((id) => !ledger.owes(id as SpoolReference['spoolId'])));
  const owed = [...acknowledged.values()].filter((one) => !settled.has(one.spoolId));
  await ops.cut(join(root, 'after'), Math.random);

  const found = new Map<string, string>();
  let changed = 0;
  for (const { file } of await listSegments(join(root, 'after'))) {
    try {
      for await (const one of readSegment(file, spool.vault)) {
        found.set(one.spoolId, one.sha256.toString('hex'));
        const body = sent.get(one.sha256.toString('hex'));
        if (body && !(await openBodyOf(one)).equals(body)) changed += 1;
      }
    } catch (error) {
      if (isHonest) throw error;
    }
  }
  await Promise.all(work);
  await spool.writer.close();
  await rm(root, { recursive: true });
  return {
    lost: owed.filter((one) => found.get(one.spoolId) !== one.sha256.toString('hex')).length,
    changed,
    risen: [...gone].filter((id) => found.has(id)).length,
    acknowledged: acknowledged.size,
    dropped: gone.size,
  };
}

test('no acknowledged message is lost, changed or risen from a dropped segment by a power cut', async () => {
  let acknowledged = 0;
  let dropped = 0;
  for (let round = 0; round < 20; round += 1) {
    const outcome = await cutOnce(true);
    assert.deepEqual([outcome.lost, outcome.changed, outcome.risen], [0, 0, 0]);
    acknowledged += outcome.acknowledged;
    dropped += outcome.dropped;
  }
  assert.ok(acknowledged > 500, `the rounds acknowledged only ${acknowledged} messages`);
  assert.ok(dropped > 50, `the rounds dropped only ${dropped} messages`);
});

test('the same rounds report loss when a sync does nothing', async () => {
  let lost = 0;
  for (let round = 0; round < 5 && lost === 0; round += 1) lost += (await cutOnce(false)).lost;
  assert.ok(lost > 0);
});
