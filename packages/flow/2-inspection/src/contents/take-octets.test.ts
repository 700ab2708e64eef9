import assert from 'node:assert/strict';
import { test } from 'node:test';
import { attachmentsOf, parseMessage } from '@sekisho/message';
import { mailWith } from '../testing/inspect-mail.ts';
import { takeOctets } from './take-octets.ts';

function take(octets: Buffer, maxOctets = 10_000_000) {
  const raw = Buffer.from(mailWith(octets, 'a.bin'));
  return takeOctets(raw, attachmentsOf(parseMessage(raw))[0]!, maxOctets);
}

test('takeOctets() decodes small attachments and archives whole', () => {
  const small = Buffer.from('hello');
  assert.deepEqual(take(small), { octets: small, sizeOctets: 5, isTruncated: false });
  const zip = Buffer.concat([Buffer.from('PK\x03\x04'), Buffer.alloc(1_000_000)]);
  assert.equal(take(zip).octets.length, zip.length);
  assert.deepEqual(
    { ...take(zip, 500_000), octets: null, sizeOctets: null },
    {
      octets: null,
      sizeOctets: null,
      isTruncated: true,
    },
  );
});

test('takeOctets() decodes only the beginning of a film, and tells its size all the same', () => {
  const film = Buffer.concat([Buffer.from('1a45dfa3', 'hex'), Buffer.alloc(1_000_000)]);
  const taken = take(film);
  assert.ok(taken.octets.length < 40_000 && taken.octets[0] === 0x1a);
  assert.ok(Math.abs(taken.sizeOctets - film.length) < 10, String(taken.sizeOctets));
  assert.equal(taken.isTruncated, false);
});
