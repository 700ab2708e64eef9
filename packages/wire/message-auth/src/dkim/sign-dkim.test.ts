import assert from 'node:assert/strict';
import { createPrivateKey } from 'node:crypto';
import { test } from 'node:test';
import { zoneResolver } from '@sekisho/ports';
import { fakeClock } from '@sekisho/ports/testing';
import { dkimVerify } from 'mailauth/lib/dkim/verify.js';
import { CannotSignError } from '../errors.ts';
import { createDkimKey, type DkimAlgorithm } from './create-dkim-key.ts';
import { dkimRecord } from './dkim-record.ts';
import { type SignOptions, signDkim } from './sign-dkim.ts';
import { verifyDkim } from './verify-dkim.ts';

const clock = fakeClock();
const keys = {
  'rsa-2048': await createDkimKey({ algorithm: 'rsa-2048' }),
  ed25519: await createDkimKey({ algorithm: 'ed25519' }),
};
const records = Object.values(keys).map(({ algorithm, publicKey }) =>
  dkimRecord({ domain: 'example.jp', selector: algorithm, publicKey }),
);
const resolver = zoneResolver(Object.fromEntries(records.map(({ name, strings }) => [name, { TXT: [strings] }])));
const mail = Buffer.from(
  'Received: x\r\nFrom: 太郎 <taro@example.jp>\r\nTo: a@b.jp,\r\n c@d.jp\r\nSubject:  x \r\nReferences: <1@x>\r\n <2@x>\r\n\r\nHello \t there \r\n\r\n\r\n',
);

function optionsOf(algorithm: DkimAlgorithm): SignOptions {
  const { privateKey } = keys[algorithm];
  return { domain: 'example.jp', selector: algorithm, privateKey, algorithm, signedAt: clock.now() };
}

async function verdicts(raw: Buffer): Promise<string[]> {
  const [ours] = await verifyDkim(raw, { resolver, clock });
  const { results } = await dkimVerify(raw, {
    resolver: async (name, type) => (await resolver.resolve(name, type as 'TXT')) as string[][],
    strict: true,
  });
  return [ours!.result, results[0]!.status.result];
}

for (const algorithm of ['rsa-2048', 'ed25519'] as const) {
  test(`signDkim() with ${algorithm} verifies here and with mailauth`, async () => {
    for (const raw of [mail, Buffer.from('From: a@example.jp'), Buffer.from('From: a@example.jp\r\n\r\n')]) {
      const field = await signDkim([raw], optionsOf(algorithm));
      const head = raw.includes('\r\n') ? raw : Buffer.from(`${raw}\r\n`);
      assert.deepEqual(await verdicts(Buffer.concat([Buffer.from(field), head])), ['pass', 'pass']);
    }
  });
}

test('signDkim() signs what is sent, wherever the parts begin and end', async () => {
  const whole = await signDkim([mail], optionsOf('ed25519'));
  for (let cut = 0; cut <= mail.length; cut++) {
    const parts = [mail.subarray(0, cut), mail.subarray(cut, cut + 3), mail.subarray(cut + 3)];
    assert.equal(await signDkim(parts, optionsOf('ed25519')), whole, `cut at ${cut}`);
  }
  const octets = Array.from(mail, (_, i) => mail.subarray(i, i + 1));
  assert.equal(await signDkim(octets, optionsOf('ed25519')), whole);
});

test('signDkim() oversigns: a field put before the message breaks it, a trace field does not', async () => {
  const field = Buffer.from(await signDkim([mail], optionsOf('ed25519')));
  for (const added of [
    'From: evil@evil.example',
    'Subject: y',
    'To: z@z.jp',
    'Content-Type: text/html',
    'Reply-To: e@evil.example',
  ])
    assert.deepEqual(
      await verdicts(Buffer.concat([Buffer.from(`${added}\r\n`), field, mail])),
      ['fail', 'fail'],
      added,
    );
  assert.deepEqual(await verdicts(Buffer.concat([Buffer.from('Received: y\r\n'), field, mail])), ['pass', 'pass']);
});

test('signDkim() writes short lines, and takes a key that was read before', async () => {
  const privateKey = createPrivateKey(keys['rsa-2048'].privateKey);
  const field = await signDkim([mail], { ...optionsOf('rsa-2048'), privateKey });
  assert.match(
    field,
    /^DKIM-Signature: v=1; a=rsa-sha256; c=relaxed\/relaxed;\r\n\td=example\.jp; s=rsa-2048;\r\n\tt=1795176000;/,
  );
  assert.match(field, /h=From:From:Reply-To:To:To:Cc:Subject:Subject:/);
  for (const line of field.split('\r\n')) assert.ok(line.length <= 78, line);
});

test('signDkim() refuses what cannot be signed', async () => {
  const refused = async (raw: string, change: Partial<SignOptions>) =>
    assert.rejects(signDkim([Buffer.from(raw)], { ...optionsOf('ed25519'), ...change }), CannotSignError);
  await refused('To: a@b.jp\r\n\r\nx', {});
  await refused('\r\nFrom: a@b.jp\r\n\r\nx', {});
  await refused('From: a@b.jp\r\n\r\nx', { algorithm: 'rsa-2048' });
  await refused('From: a@b.jp\r\n\r\nx', { privateKey: 'no key' });
  await refused('From: a@b.jp\r\n\r\nx', { selector: 'a; b=' });
  await refused('From: a@b.jp\r\n\r\nx', { domain: 'b.jp\r\nX: y' });
});

test('dkimRecord() splits the value into strings of at most 255 octets', () => {
  const [rsa, ed25519] = records;
  assert.equal(rsa!.name, 'rsa-2048._domainkey.example.jp');
  assert.match(rsa!.value, /^v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A/);
  assert.equal(rsa!.strings.join(''), rsa!.value);
  assert.deepEqual(
    rsa!.strings.map(({ length }) => length),
    [255, rsa!.value.length - 255],
  );
  assert.match(ed25519!.value, /^v=DKIM1; k=ed25519; p=[A-Za-z0-9+/]{43}=$/);
});
