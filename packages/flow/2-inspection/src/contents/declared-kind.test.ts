import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kindsOfExtension, kindsOfMediaType } from './declared-kind.ts';

test('kindsOfExtension() allows what Office itself stores under old names, and nothing for promises unknown', () => {
  assert.ok(kindsOfExtension('doc')!.includes('rtf'));
  assert.ok(!kindsOfExtension('png')!.includes('pe'));
  assert.equal(kindsOfExtension('dat'), null);
  assert.equal(kindsOfExtension('constructor'), null);
});

test('kindsOfMediaType() goes by the whole type, then by its group', () => {
  assert.deepEqual(kindsOfMediaType('application/pdf'), ['pdf']);
  assert.ok(kindsOfMediaType('image/x-unheard-of')!.includes('png'));
  assert.equal(kindsOfMediaType('application/octet-stream'), null);
  assert.equal(kindsOfMediaType('__proto__/x'), null);
});
