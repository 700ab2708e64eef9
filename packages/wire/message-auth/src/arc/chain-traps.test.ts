/** Classes of faults that other ARC validators had, one test each. mailauth seals, as intermediaries do. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Zones, zoneResolver } from '@sekisho/ports';
import { fakeClock } from '@sekisho/ports/testing';
import { authenticate as authenticateAndSeal } from 'mailauth';
import { authenticate } from '../authenticate.ts';
import { createDkimKey } from '../dkim/create-dkim-key.ts';
import { dkimRecord } from '../dkim/dkim-record.ts';
import type { AuthLimits } from '../limits.ts';

const key = await createDkimKey({ algorithm: 'rsa-2048' });
const { name, strings } = dkimRecord({ domain: 'relay.example', selector: 'arc', publicKey: key.publicKey });
const zones: Zones = { [name]: { TXT: [strings] } };
const mail = Buffer.from('From: a@sender.example\r\nTo: b@example.jp\r\nSubject: x\r\n\r\nHello\r\n');
const sealedOnce = await seal(mail);
const sealedThrice = await seal(await seal(sealedOnce));

async function seal(raw: Buffer): Promise<Buffer> {
  const { headers } = await authenticateAndSeal(raw, {
    ip: '192.0.2.1',
    helo: 'relay.example',
    sender: 'a@sender.example',
    mta: 'relay.example',
    disableBimi: true,
    resolver: async (host, type) => (await zoneResolver(zones).resolve(host, type as 'TXT')) as string[][],
    seal: { signingDomain: 'relay.example', selector: 'arc', privateKey: key.privateKey },
  });
  return Buffer.concat([Buffer.from(headers), raw]);
}

async function arcOf(raw: Buffer, known: Zones = zones, limits: Partial<AuthLimits> = {}) {
  const options = { resolver: zoneResolver(known), clock: fakeClock(), authservId: 'mx.ours.example', limits };
  return (await authenticate(raw, { ip: '192.0.2.1', ehlo: 'x.example', reversePath: null }, options)).arc;
}

function edit(raw: Buffer, change: (text: string) => string): Buffer {
  const changed = change(raw.toString('latin1'));
  assert.notEqual(changed, raw.toString('latin1'));
  return Buffer.from(changed, 'latin1');
}

const fieldsOf = (raw: Buffer) =>
  raw
    .toString('latin1')
    .split('\r\n\r\n')[0]!
    .split(/\r\n(?![ \t])/);
const build = (fields: readonly string[]) => Buffer.from(`${fields.join('\r\n')}\r\n\r\nHello\r\n`, 'latin1');

test('a chain of one and of three passes and names its sealers', async () => {
  assert.deepEqual(await arcOf(mail), { result: 'none' });
  assert.deepEqual(await arcOf(sealedOnce), { result: 'pass', instance: 1, sealers: ['relay.example'] });
  assert.deepEqual((await arcOf(sealedThrice)).sealers, ['relay.example', 'relay.example', 'relay.example']);
});

test('a changed body, subject or seal fails', async () => {
  for (const [from, to] of [
    ['Hello', 'Hullo'],
    ['Subject: x', 'Subject: y'],
    ['cv=pass', 'cv=none'],
    ['spf=', 'spf_='],
  ] as const)
    assert.equal((await arcOf(edit(sealedThrice, (text) => text.replace(from, to)))).result, 'fail', from);
});

test('a gap in the chain fails', async () => {
  const fields = fieldsOf(sealedThrice);
  for (const i of [1, 2, 3])
    assert.equal(
      (await arcOf(build(fields.filter((field) => !new RegExp(`^ARC-.*\\bi=${i};`, 's').test(field))))).result,
      i === 3 ? 'pass' : 'fail',
    );
  assert.equal((await arcOf(build(fields.filter((field) => !/^ARC-Seal: i=2/.test(field))))).result, 'fail');
});

test('an instance that is there twice fails', async () => {
  for (const kind of ['ARC-Seal', 'ARC-Message-Signature', 'ARC-Authentication-Results']) {
    const fields = fieldsOf(sealedThrice);
    const twice = fields.find((field) => field.startsWith(`${kind}: i=1`))!;
    assert.equal((await arcOf(build([twice, ...fields]))).result, 'fail', kind);
  }
});

test('more than 50 sets, and instances out of range, fail', async () => {
  const set = (i: number | string) => [
    `ARC-Seal: i=${i}; cv=pass`,
    `ARC-Message-Signature: i=${i}`,
    `ARC-Authentication-Results: i=${i}; x`,
  ];
  const many = Array.from({ length: 51 }, (_, i) => set(i + 1)).flat();
  assert.equal((await arcOf(build([...many, 'From: a@b.example']))).result, 'fail');
  for (const i of [0, 51, -1, '01x', '', '1e1'])
    assert.equal((await arcOf(build([...set(i), 'From: a@b.example']))).result, 'fail', String(i));
});

test('the order of the fields does not matter', async () => {
  const fields = fieldsOf(sealedThrice);
  const arc = fields.filter((field) => field.startsWith('ARC-'));
  const rest = fields.filter((field) => !field.startsWith('ARC-'));
  assert.equal((await arcOf(build([...arc.reverse(), ...rest]))).result, 'pass');
});

test('an outage is temporary, a missing key is not', async () => {
  assert.equal((await arcOf(sealedThrice, { [name]: { TXT: 'ESERVFAIL' } })).result, 'temperror');
  assert.equal((await arcOf(sealedThrice, {})).result, 'fail');
});

test('fields beyond the limit fail before they cost anything', async () => {
  assert.equal((await arcOf(sealedThrice, zones, { arcOctets: 1000 })).reason, 'ARC fields are too large');
});

test('white space without end takes no time', async () => {
  const started = performance.now();
  const padded = edit(sealedThrice, (text) =>
    text.replace(/cv=pass/, `cv=${' '.repeat(200_000)}pass${' '.repeat(10_000)}x`),
  );
  assert.equal((await arcOf(padded)).result, 'fail');
  assert.ok(performance.now() - started < 20_000);
});
