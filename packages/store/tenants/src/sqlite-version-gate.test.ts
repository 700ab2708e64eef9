import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isSqliteGoodEnough, sqliteVersion } from './binding.sqlite.ts';

test('isSqliteGoodEnough() refuses versions whose log can be corrupted, and the withdrawn one', () => {
  for (const version of ['3.51.3', '3.51.4', '3.53.0', '3.53.4', '4.0.0']) assert.ok(isSqliteGoodEnough(version));
  for (const version of ['3.51.2', '3.50.9', '3.9.100', '3.52.0']) assert.equal(isSqliteGoodEnough(version), false);
});

test('sqliteVersion() accepts the one that is installed', () => {
  assert.ok(isSqliteGoodEnough(sqliteVersion()));
});
