import assert from 'node:assert/strict';
import { test } from 'node:test';
import { octetsToJudge, omitsOnlyForgeries } from './omitted.ts';

const FORGED = 'Authentication-Results: mx.sekisho.test; dmarc=pass\r\n';
const RAW = Buffer.from(`Received: x\r\n${FORGED}Subject: pay 100\r\n\r\nbody\r\n`);
const RANGE = [13, 13 + FORGED.length] as const;

test('omitsOnlyForgeries() believes the fields in our name, also of a message cut behind them', () => {
  assert.equal(omitsOnlyForgeries(RAW, [], 'mx.sekisho.test'), true);
  assert.equal(omitsOnlyForgeries(RAW, [RANGE], 'mx.sekisho.test'), true);
  assert.equal(omitsOnlyForgeries(RAW.subarray(0, octetsToJudge([RANGE])), [RANGE], 'mx.sekisho.test'), true);
});

test('a scan process that was taken over cannot cut anything else out of a message', () => {
  const subject = RAW.indexOf('Subject');
  for (const omitted of [
    [[RANGE[0], RANGE[1] + 3]],
    [[subject, subject + 18]],
    [RANGE, [subject, subject + 18]],
    [[RAW.length - 6, RAW.length]],
    [[RAW.length, RAW.length + 10]],
  ] as [number, number][][]) {
    assert.equal(omitsOnlyForgeries(RAW, omitted, 'mx.sekisho.test'), false, JSON.stringify(omitted));
  }
  const folded = Buffer.from(`${FORGED} spf=pass\r\n\r\n`);
  assert.equal(omitsOnlyForgeries(folded, [[0, FORGED.length]], 'mx.sekisho.test'), false, 'half a field');
  assert.equal(omitsOnlyForgeries(RAW, [RANGE], 'mx.other.test'), false, 'the results of another host stay');
});
