import assert from 'node:assert/strict';
import { test } from 'node:test';
import { zipName } from './zip-name.ts';

const nameOf = (octets: Buffer, generalPurposeBitFlag = 0, extraFields: { id: number; data: Buffer }[] = []) =>
  zipName({ fileNameRaw: octets, generalPurposeBitFlag, extraFields });

test('zipName() takes UTF-8 where it is said or plain to see, else CP932', () => {
  const sjis = Buffer.from('955c8c768e5a2e786c73', 'hex');
  assert.equal(nameOf(sjis), '表計算.xls');
  assert.equal(nameOf(Buffer.from('表計算.xls')), '表計算.xls');
  assert.equal(nameOf(Buffer.from('表計算.xls'), 0x0800), '表計算.xls');
  const unicode = { id: 0x7075, data: Buffer.concat([Buffer.alloc(5), Buffer.from('議事録.docx')]) };
  assert.equal(nameOf(sjis, 0, [unicode]), '議事録.docx');
});

test('zipName() gives a text for any octets', () => {
  assert.equal(typeof nameOf(Buffer.from([0x80, 0xff, 0x00, 0x81])), 'string');
  assert.equal(typeof nameOf(Buffer.from([0x80, 0xff]), 0x0800), 'string');
});
