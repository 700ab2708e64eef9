import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fakeClock, keptLog } from '@sekisho/ports/testing';
import type { SpoolReference } from '@sekisho/spool';
import { frameLink } from '../links/frame-link.ts';
import type { CoreToScan } from '../links/messages.ts';
import { FEEDER_LIMITS, Feeder } from './feeder.ts';
import { openScans } from './scans.ts';

test('a scan process is told the limits before any order, and again when they are others', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'sekisho-scan-limits-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const socket = join(folder, 'scan.sock');
  const clock = fakeClock();
  const scans = openScans(socket, {
    feeder: new Feeder<SpoolReference>(clock, FEEDER_LIMITS, { poison: () => undefined, isHeld: () => false }),
    clock,
    log: keptLog(),
    fieldsOf: async () => [],
    inspected: () => undefined,
    kill: () => undefined,
    metrics: () => undefined,
  });
  t.after(() => scans.close());
  scans.setLimits({ archiveDepth: 3 });
  await once(scans.server, 'listening');
  const told: CoreToScan[] = [];
  const link = frameLink<never, CoreToScan>(connect(socket), () => undefined);
  const next = () => new Promise<void>((resolve) => (link.onMessage = (message) => resolve(void told.push(message))));
  await next();
  const second = next();
  scans.setLimits({ archiveDepth: 3 });
  scans.setLimits({ archiveDepth: 4 });
  await second;
  link.close();
  assert.deepEqual(told, [
    { kind: 'limits', limits: { archiveDepth: 3 } },
    { kind: 'limits', limits: { archiveDepth: 4 } },
  ]);
});
