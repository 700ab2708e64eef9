import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deserialize, serialize } from 'node:v8';
import { checkInspection, inspectionSchema } from './check-inspection.ts';
import { NotAnInspectionError } from './errors.ts';
import type { Inspection } from './inspection.ts';
import { fixture, inspectMail } from './testing/inspect-mail.ts';

const good = await inspectMail(fixture('hostile-generated/zip-slip.eml'));

test('checkInspection() takes what inspect() gives, also after its way between processes', () => {
  const back = deserialize(serialize(good)) as unknown;
  assert.deepEqual(checkInspection(back), good);
  assert.deepEqual(inspectionSchema.parse(back), good);
});

test('checkInspection() refuses what is missing, added, of another type or out of bounds', () => {
  const deep = JSON.parse(`${'['.repeat(50)}1${']'.repeat(50)}`) as unknown;
  const changes: [string, object][] = [
    ['version', { version: 2 }],
    ['tree', { tree: 'x' }],
    ['tree', { tree: [1] }],
    ['facts', { facts: {} }],
    ['facts', { facts: [{ name: 'no slash', value: 1 }] }],
    ['facts', { facts: [{ name: 'a/b', value: 1, more: 1 }] }],
    ['facts', { facts: [{ name: 'a/b', value: undefined }] }],
    ['facts', { facts: [{ name: 'a/b', value: Number.NaN }] }],
    ['facts', { facts: [{ name: 'a/b', value: deep }] }],
    ['facts', { facts: [{ name: 'a/b', value: 'x'.repeat(10_000) }] }],
    ['facts', { facts: [{ name: 'a/b', value: Array(30_000).fill(1) }] }],
    ['facts', { facts: [{ name: 'a/b', value: new Map() }] }],
    ['facts', { facts: [{ name: 'a/b', value: JSON.parse('{"__proto__":1}') }] }],
    ['facts', { facts: Array(2000).fill({ name: 'a/b', value: 1 }) }],
    ['summary', { summary: null }],
    ['summary', { summary: { ...good.summary, date: 'today' } }],
    ['summary', { summary: { ...good.summary, from: [{ name: 1, address: 'a@b' }] } }],
    ['summary', { summary: { ...good.summary, attachmentCount: -1 } }],
    ['words', { words: { ...good.words, body: 1 } }],
    ['words', { words: { subject: '' } }],
    ['omitted', { omitted: [[5, 3]] }],
    [
      'omitted',
      {
        omitted: [
          [0, 5],
          [4, 6],
        ],
      },
    ],
    ['omitted', { omitted: [[0.5, 1]] }],
    ['indexedAll', { indexedAll: 1 }],
    ['keys', { more: 1 }],
  ];
  for (const [where, change] of changes) {
    const value = { ...good, ...change };
    assert.throws(() => checkInspection(value), new NotAnInspectionError(where), where);
    assert.equal(inspectionSchema.safeParse(value).success, false, where);
  }
  for (const value of [null, undefined, 1, 'x', [], new Date(), {}, good.facts]) {
    assert.throws(() => checkInspection(value), NotAnInspectionError);
  }
});

test('checkInspection() is quick enough to run for each message', () => {
  const value = deserialize(serialize(good)) as Inspection;
  for (let i = 0; i < 2000; i++) checkInspection(value);
  const started = performance.now();
  for (let i = 0; i < 2000; i++) checkInspection(value);
  assert.ok((performance.now() - started) / 2000 < 0.1);
});
