import assert from 'node:assert/strict';
import { test } from 'node:test';
import { effectiveSettings } from '@sekisho/config';
import { INSPECTION_LIMITS } from '@sekisho/inspection';
import { inspectionLimitsOf } from './inspection-limits.ts';

test('inspectionLimitsOf() gives the limits that the room itself would take, until somebody sets others', () => {
  assert.deepEqual({ ...INSPECTION_LIMITS, ...inspectionLimitsOf(effectiveSettings({})) }, INSPECTION_LIMITS);
  const { archiveDepth, deadlineMs } = inspectionLimitsOf(
    effectiveSettings({ 'inspection.archive-depth': 1, 'inspection.message-seconds': 7 }),
  );
  assert.deepEqual({ archiveDepth, deadlineMs }, { archiveDepth: 1, deadlineMs: 7000 });
});
