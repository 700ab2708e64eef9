import assert from 'node:assert/strict';
import { test } from 'node:test';
import { packDetails, unpackDetails } from './packed-details.ts';
import { testRow } from './testing.ts';

const { envelope, plan, facts } = testRow({ number: 1, subject: '件名' });

test('unpackDetails() reads what packDetails() wrote, at less than half the size', () => {
  const details = { facts, envelope, plan };
  const packed = packDetails(details);
  assert.deepEqual(unpackDetails(packed), details);
  assert.equal(packed.length < JSON.stringify(details).length / 2, true);
});

test('unpackDetails() refuses another version and broken octets', () => {
  const packed = packDetails({ facts, envelope, plan });
  assert.throws(() => unpackDetails(Buffer.concat([Buffer.of(9), packed.subarray(1)])), /version 9/);
  assert.throws(() => unpackDetails(packed.subarray(0, packed.length >> 1)));
});

test('records of earlier releases still unpack: the dictionary has not changed', () => {
  const kept = Buffer.from(KEPT, 'base64');
  assert.deepEqual(unpackDetails(kept).plan, plan);
});

const KEPT =
  'ASO79KVG/oJktPy8VAPyclpGYl5iNkrMgFoAealFsNRJSm4rSSxCMSq5tLgkPxfZLKpnKxNIOoRlqwo9dOdjz1mE84apoYmxmYEh/ryRmJSckppmYGhkbGKKkU9gJhiRkk8IB+HQzi0A';
