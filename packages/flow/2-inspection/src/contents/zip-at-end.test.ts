import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeZip } from '../testing/make-files.ts';
import { endsAsZip, zipAtEnd } from './zip-at-end.ts';

const zip = makeZip({ a: 'a' });

test('zipAtEnd() cuts out an archive that was put behind another file', () => {
  const front = Buffer.from('GIF89a and so on');
  const both = Buffer.concat([front, zip]);
  assert.ok(endsAsZip(both));
  assert.ok(zipAtEnd(both)!.equals(zip));
  assert.ok(zipAtEnd(zip)!.equals(zip));
});

test('zipAtEnd() finds none in texts about ZIP and in cut archives', () => {
  assert.equal(zipAtEnd(Buffer.from('about PK\x05\x06 and more than twenty-two octets')), null);
  assert.equal(zipAtEnd(zip.subarray(0, -1)), null);
  assert.equal(zipAtEnd(Buffer.alloc(0)), null);
  assert.equal(endsAsZip(Buffer.from('hello')), false);
});
