/** Classes of faults that other DKIM verifiers had, one test each. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DnsError, type Resolver, type Zones, zoneResolver } from '@sekisho/ports';
import { fakeClock } from '@sekisho/ports/testing';
import { TestSigner } from '../testing/test-signer.ts';
import { verifyDkim } from './verify-dkim.ts';

const signer = await TestSigner.create('signer.example');
const mail = Buffer.from(
  'From: a@signer.example\r\nTo: b@example.jp\r\nSubject: x\r\nDate: y\r\n\r\nHello  there\r\nYours\r\n',
);

async function verify(raw: Buffer, zones: Zones = signer.zones) {
  return verifyDkim(raw, { resolver: zoneResolver(zones), clock: fakeClock() });
}

async function outcome(raw: Buffer, zones?: Zones): Promise<string> {
  return (await verify(raw, zones)).map(({ result }) => result).join();
}

function edit(raw: Buffer, from: string | RegExp, to: string): Buffer {
  const text = raw.toString('latin1');
  assert.notEqual(text.replace(from, to), text);
  return Buffer.from(text.replace(from, to), 'latin1');
}

test('header and body are each canonicalised in their own way', async () => {
  const simpleBody = signer.sign(mail, { header: 'relaxed', body: 'simple' });
  assert.equal(await outcome(edit(simpleBody, 'Subject: x', 'SUBJECT:\r\n\tx')), 'pass');
  assert.equal(await outcome(edit(simpleBody, 'Hello  there', 'Hello there')), 'fail');
  const simpleHeader = signer.sign(mail, { header: 'simple', body: 'relaxed' });
  assert.equal(await outcome(edit(simpleHeader, 'Hello  there', 'Hello \t there ')), 'pass');
  assert.equal(await outcome(edit(simpleHeader, 'Subject: x', 'Subject:  x')), 'fail');
});

test('what is appended behind l= is partial, and counted', async () => {
  const signed = signer.sign(mail, { bodyOctets: 19 });
  const [whole] = await verify(signed);
  assert.deepEqual([whole?.result, whole?.partial, whole?.unsignedOctets], ['pass', true, 1]);
  const [longer] = await verify(Buffer.concat([signed, Buffer.from('evil\r\n')]));
  assert.deepEqual([longer?.result, longer?.unsignedOctets], ['pass', 7]);
  const [exact] = await verify(signer.sign(mail, { bodyOctets: 20 }));
  assert.deepEqual([exact?.result, exact?.partial], ['pass', undefined]);
});

test('l= beyond the body is refused: octets that were signed are gone', async () => {
  assert.equal(await outcome(signer.sign(mail, { bodyOctets: 21 })), 'permerror');
});

test('without c= both are simple, with one word the body is', async () => {
  const both = signer.sign(mail, { header: 'simple', body: 'simple', tags: { c: null } });
  assert.equal(await outcome(both), 'pass');
  assert.equal(await outcome(edit(both, 'Hello  there', 'Hello there')), 'fail');
  const header = signer.sign(mail, { header: 'relaxed', body: 'simple', tags: { c: 'relaxed' } });
  assert.equal(await outcome(header), 'pass');
  assert.equal(await outcome(edit(header, 'Hello  there', 'Hello there')), 'fail');
});

test('CR CR LF is no white space: relaxed keeps the lone CR', async () => {
  const signed = signer.sign(edit(mail, 'there\r\n', 'there\r\r\n'));
  assert.equal(await outcome(signed), 'pass');
  assert.equal(await outcome(edit(signed, 'there\r\r\n', 'there\r\n')), 'fail');
  assert.equal(await outcome(edit(signed, 'there\r\r\n', 'there \r\r\n')), 'fail');
});

test('a long To may be folded anew', async () => {
  const to = Array.from({ length: 80 }, (_, i) => `user${i}@example.jp`).join(', ');
  const signed = signer.sign(edit(mail, 'b@example.jp', to));
  assert.equal(await outcome(edit(signed, /, user/g, ',\r\n\t  user')), 'pass');
});

test('a message without body, or without final CRLF, verifies as signed', async () => {
  for (const body of ['', '\r\n', 'text', 'text \r\n\r\n'])
    for (const way of ['simple', 'relaxed'] as const)
      assert.equal(await outcome(signer.sign(edit(mail, /\r\n\r\n.*/s, `\r\n\r\n${body}`), { body: way })), 'pass');
  assert.equal(await outcome(signer.sign(Buffer.from('From: a@b.jp\r\nTo: c@d.jp'))), 'pass');
});

test('bh= of another length never matches', async () => {
  const signed = signer.sign(mail);
  for (const bh of ['', 'AA==', 'A'.repeat(10_000), '='])
    assert.notEqual(await outcome(edit(signed, /bh=[^;]*/, `bh=${bh}`)), 'pass', bh);
});

test('a second From fails when From is oversigned, and passes below the signed one when it is not', async () => {
  const second = (raw: Buffer) => Buffer.concat([Buffer.from('From: ceo@bank.example\r\n'), raw]);
  assert.equal(await outcome(second(signer.sign(mail, { names: ['From', 'From'] }))), 'fail');
  assert.equal(await outcome(second(signer.sign(mail, { names: ['From'] }))), 'pass');
});

test('repeated fields are signed from the bottom', async () => {
  const raw = Buffer.concat([Buffer.from('Subject: upper\r\n'), mail]);
  const signed = signer.sign(raw, { names: ['From', 'Subject'] });
  assert.equal(await outcome(edit(signed, 'Subject: upper', 'Subject: other')), 'pass');
  assert.equal(await outcome(edit(signed, 'Subject: x', 'Subject: y')), 'fail');
});

test('RSA below 1024 bits and keys that are no keys are refused without a crash', async () => {
  const signed = signer.sign(mail);
  for (const text of [
    'p=MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBAMBkwivFUFPN3M8Fzo1jJNSdVOSPbugvjQ0S/5JO9ehms3ktm24PTUEAlAMyYX79alF87wrzYHWeYIA4c1Iq7dMCAwEAAQ==',
    'p=',
    ';;;',
    '=',
    'p=MAA=',
    `p=${'A'.repeat(60_000)}`,
    'v=DKIM1; p=MCowBQYDK2VwAyEA',
  ])
    assert.equal(await outcome(signed, { 'rsa._domainkey.signer.example': { TXT: [[text]] } }), 'permerror', text);
});

test('t=y is told, and changes nothing', async () => {
  const name = 'rsa._domainkey.signer.example';
  const record = (signer.zones[name]!.TXT as string[][])[0]!.join('');
  const zones = { [name]: { TXT: [[record.replace('v=DKIM1;', 'v=DKIM1; t=y;')]] } };
  const [result] = await verify(signer.sign(mail), zones);
  assert.deepEqual([result?.result, result?.testing], ['pass', true]);
});

test('x= in the past fails, x= not after t= is refused', async () => {
  const now = Math.floor(fakeClock().now() / 1000);
  assert.equal(await outcome(signer.sign(mail, { tags: { x: String(now + 10) } })), 'pass');
  assert.equal(await outcome(signer.sign(mail, { tags: { x: String(now - 10) } })), 'fail');
  assert.equal(await outcome(signer.sign(mail, { tags: { t: String(now), x: String(now) } })), 'permerror');
});

test('b= in the text of another tag is not taken for the signature', async () => {
  assert.equal(await outcome(signer.sign(mail, { tags: { n: 'see b=AAAA', zb: 'b=' } })), 'pass');
});

test('a line put below the signature field does not hide in it', async () => {
  assert.equal(await outcome(edit(signer.sign(mail), /\r\nFrom/, '\r\njunk line\r\nFrom')), 'permerror');
});

test('a line put below a signed field breaks the signature', async () => {
  assert.equal(await outcome(edit(signer.sign(mail), 'Subject: x\r\n', 'Subject: x\r\nand more\r\n')), 'fail');
});

test('of several TXT records the one with a key counts', async () => {
  const name = 'rsa._domainkey.signer.example';
  const [key] = signer.zones[name]!.TXT as string[][];
  assert.equal(await outcome(signer.sign(mail), { [name]: { TXT: [['v=spf1 -all'], key] } }), 'pass');
});

test('an outage is temporary, a missing key is not', async () => {
  const signed = signer.sign(mail);
  assert.equal(await outcome(signed, { 'rsa._domainkey.signer.example': { TXT: 'ESERVFAIL' } }), 'temperror');
  assert.equal(await outcome(signed, { 'rsa._domainkey.signer.example': { TXT: 'ETIMEOUT' } }), 'temperror');
  assert.equal(await outcome(signed, {}), 'permerror');
});

test('a name that DNS could not hold is refused without asking', async () => {
  const asking = { resolve: async () => Promise.reject(new DnsError('ESERVFAIL', 'x', 'TXT')) };
  const signed = edit(signer.sign(mail), 's=rsa', `s=${'a.'.repeat(120)}a`);
  const [result] = await verifyDkim(signed, { resolver: asking, clock: fakeClock() });
  assert.equal(result?.result, 'permerror');
});

test('a thousand signatures cost no more than the limit', async () => {
  const signed = signer.sign(mail);
  const field = signed.subarray(0, signed.indexOf('\r\nFrom') + 2);
  let questions = 0;
  const zone = zoneResolver(signer.zones);
  const resolver: Resolver = {
    resolve(name, type) {
      questions++;
      return zone.resolve(name, type);
    },
  };
  const raw = Buffer.concat([...Array<Buffer>(1000).fill(field), mail]);
  const results = await verifyDkim(raw, { resolver, clock: fakeClock() });
  assert.equal(questions, 8);
  assert.equal(results.length, 9);
  assert.equal(results[8]?.reason, '992 further signatures not verified');
});
