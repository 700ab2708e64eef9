import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { environmentFor } from './serve.ts';

test('the root key in the environment is kept from all processes: the core gets it over its line', () => {
  process.env['SEKISHO_TEST_ROOT_KEY'] = 'secret';
  after(() => delete process.env['SEKISHO_TEST_ROOT_KEY']);
  assert.equal(environmentFor({ rootKey: { env: 'SEKISHO_TEST_ROOT_KEY' } })['SEKISHO_TEST_ROOT_KEY'], undefined);
  assert.equal(environmentFor({ rootKey: { file: '/root.key' } })['SEKISHO_TEST_ROOT_KEY'], 'secret');
});
