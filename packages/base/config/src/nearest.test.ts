import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nearestName } from './nearest.ts';

test('nearestName() finds slips: a letter lost, added, wrong or swapped', () => {
  const known = ['hostname', 'public_url', 'smtp.port', 'data'];
  const slips = { hostnme: 'hostname', hostnamee: 'hostname', 'smtp.prot': 'smtp.port', public_uri: 'public_url' };
  for (const [slip, name] of Object.entries(slips)) assert.equal(nearestName(slip, known), name);
});

test('nearestName() does not guess', () => {
  assert.equal(nearestName('frobnicate', ['hostname', 'data']), null);
  assert.equal(nearestName('', ['data']), null);
});
