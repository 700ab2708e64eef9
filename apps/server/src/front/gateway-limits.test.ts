import assert from 'node:assert/strict';
import { test } from 'node:test';
import { effectiveSettings } from '@sekisho/config';
import { DEFAULT_LIMITS } from '@sekisho/gateway';
import { gatewayLimitsOf } from './gateway-limits.ts';

test('gatewayLimitsOf() gives every limit that a setting names, in the units of the gateway', () => {
  const limits = gatewayLimitsOf(
    effectiveSettings({
      'smtp.message-octets': 100_000,
      'smtp.recipients': 123,
      'smtp.command-seconds': 11,
      'smtp.data-seconds': 61,
      'inspection.reply-seconds': 7,
    }),
  );
  assert.equal(limits.messageOctets, 100_000);
  assert.equal(limits.recipients, 123);
  assert.equal(limits.commandDeadlineMs, 11_000);
  assert.equal(limits.dataDeadlineMs, 61_000);
  assert.equal(limits.inspectionDeadlineMs, 7000);
});

test('every limit of the settings is one that the gateway knows', () => {
  for (const [name, value] of Object.entries(gatewayLimitsOf(effectiveSettings({})))) {
    assert.ok(Object.hasOwn(DEFAULT_LIMITS, name), name);
    assert.ok(Number.isSafeInteger(value) && value > 0, name);
  }
});
