import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Chance } from './chance.ts';
import { composeDrillMail, readDrillMail } from './drill-mail.ts';

test('readDrillMail() finds number and octets behind whatever was put before them', () => {
  const mail = composeDrillMail(42, 5000, new Chance(1));
  const found = readDrillMail(Buffer.concat([Buffer.from('Received: from here\r\n\tby there\r\n'), mail.raw]));
  assert.equal(found?.number, 42);
  assert.equal(found?.digest, mail.digest);
  assert.equal(readDrillMail(Buffer.from('Subject: a report\r\n\r\n')), null);
});

test('composeDrillMail() gives the same octets for the same seed, and others for each number', () => {
  const compose = (number: number, seed: number) => composeDrillMail(number, 20_000, new Chance(seed)).digest;
  assert.equal(compose(1, 7), compose(1, 7));
  assert.notEqual(compose(1, 7), compose(2, 7));
  assert.notEqual(compose(1, 7), compose(1, 8));
});
