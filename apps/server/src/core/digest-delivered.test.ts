import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { test } from 'node:test';
import { deliveredForm } from '@sekisho/message';
import { digestDelivered } from './digest-delivered.ts';

const RAW = Buffer.from('0123456789abcdefghijklmnopqrstuvwxyz');
const PREFIX = Buffer.from('Received: x\r\n');

async function* cut(step: number) {
  for (let at = 0; at < RAW.length; at += step) yield RAW.subarray(at, at + step);
}

test('digestDelivered() agrees with the delivered form, however the body is cut', async () => {
  for (const omitted of [
    [],
    [[0, 3]],
    [
      [4, 9],
      [20, 36],
    ],
    [[0, 36]],
  ] as [number, number][][]) {
    const whole = hash('sha256', Buffer.concat(deliveredForm(RAW, PREFIX, omitted)), 'hex');
    for (const step of [1, 2, 5, 7, 36, 100]) {
      assert.equal((await digestDelivered(PREFIX, omitted, cut(step))).toString('hex'), whole, `${omitted} by ${step}`);
    }
  }
});
