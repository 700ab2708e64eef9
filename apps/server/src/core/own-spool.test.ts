import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openMeter, systemClock, systemRandom } from '@sekisho/ports';
import { keptLog } from '@sekisho/ports/testing';
import { openBodyOf } from '@sekisho/spool';
import { faultyFileOps, TEST_SPOOL_LIMITS, testEnvelope } from '@sekisho/spool/testing';
import { testVault } from '@sekisho/vault/testing';
import { OwnSpool } from './own-spool.ts';

test('nothing is made before there is something to write, and a full disk is tried again', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sekisho-own-spool-'));
  try {
    const ops = faultyFileOps();
    const spool = new OwnSpool({
      folder,
      front: 31,
      spoolPublicKey: testVault().spoolPublicKey,
      clock: systemClock(),
      random: systemRandom,
      log: keptLog(),
      meter: openMeter(),
      limits: TEST_SPOOL_LIMITS,
      ops,
    });
    assert.deepEqual(readdirSync(folder), []);
    ops.fail('write', 'ENOSPC', 1);
    await assert.rejects(spool.append(testEnvelope(), [Buffer.from('report')]), { id: 'spool-full' });
    const reference = await spool.append(testEnvelope(), [Buffer.from('report')]);
    assert.equal((await openBodyOf(reference)).toString(), 'report');
    await spool.close();
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('close() of a spool that was never opened does nothing', async () => {
  await new OwnSpool({} as never).close();
});
