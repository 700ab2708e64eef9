import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InstallationValueError } from '../errors.ts';
import { parseCidr } from './cidr.ts';

test('parseCidr() gives every range its one spelling', () => {
  const spellings = {
    '192.0.2.7': '192.0.2.7/32',
    ' 10.0.0.0/8 ': '10.0.0.0/8',
    '192.0.2.128/25': '192.0.2.128/25',
    '0.0.0.0/0': '0.0.0.0/0',
    '2001:0DB8:0:0::/32': '2001:db8::/32',
    '::1': '::1/128',
    '::/0': '::/0',
    '2001:db8:0:1::/64': '2001:db8:0:1::/64',
  };
  for (const [text, cidr] of Object.entries(spellings)) assert.equal(parseCidr(text), cidr);
});

test('parseCidr() refuses bits behind the length, mapped addresses, zones and what is no range', () => {
  const refused = [
    '10.0.0.1/8',
    '192.0.2.1/31',
    '2001:db8::1/64',
    '192.0.2.0/33',
    '::/129',
    '::ffff:192.0.2.1',
    'fe80::1%eth0',
    '010.0.0.1',
    '10.0.0',
    '0.0.0.0/',
    '10.0.0.0/8/8',
    '10.0.0.0/-1',
    '10.0.0.0/0x8',
    'mail.example',
    '',
  ];
  for (const text of refused) assert.throws(() => parseCidr(text), InstallationValueError, text);
});
