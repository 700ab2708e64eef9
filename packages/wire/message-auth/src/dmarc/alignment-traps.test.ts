/** Classes of faults that other DMARC evaluators had, one test each. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Zones, zoneResolver } from '@sekisho/ports';
import { fakeClock } from '@sekisho/ports/testing';
import { authenticate } from '../authenticate.ts';
import { TestSigner } from '../testing/test-signer.ts';

const signers = new Map<string, TestSigner>();

interface Mail {
  readonly from: string | readonly string[];
  readonly reversePath?: string;
  readonly signedBy?: string;
  readonly bodyOctets?: number;
}

/** A mail from 192.0.2.1, for which every domain of these tests has `v=spf1 ip4:192.0.2.1 -all`. */
async function dmarc({ from, reversePath = 'unrelated.example', signedBy, bodyOctets }: Mail, zones: Zones) {
  let raw: Buffer = Buffer.from(
    `${[from]
      .flat()
      .map((value) => `From: ${value}\r\n`)
      .join('')}Subject: x\r\n\r\nHello\r\n`,
  );
  let keys: Zones = {};
  if (signedBy) {
    const signer = signers.get(signedBy) ?? (await TestSigner.create(signedBy));
    signers.set(signedBy, signer);
    keys = signer.zones;
    raw = signer.sign(raw, { type: 'ed25519', ...(bodyOctets !== undefined && { bodyOctets }) });
  }
  const spf = { [reversePath]: { TXT: [['v=spf1 ip4:192.0.2.1 -all']] } };
  const client = { ip: '192.0.2.1', ehlo: 'mx.example', reversePath: { localPart: 'a', domain: reversePath } };
  const resolver = zoneResolver({ ...spf, ...keys, ...zones });
  return (await authenticate(raw, client, { resolver, clock: fakeClock(), authservId: 'mx.ours.example' })).dmarc;
}

const reject = (domain: string, more = ''): Zones => ({
  [`_dmarc.${domain}`]: { TXT: [[`v=DMARC1; p=reject;${more}`]] },
});

test('neighbours below a public suffix do not align', async () => {
  const zones = reject('bank.co.jp');
  assert.equal((await dmarc({ from: 'a@bank.co.jp', reversePath: 'evil.co.jp' }, zones)).result, 'fail');
  assert.equal((await dmarc({ from: 'a@bank.co.jp', reversePath: 'mail.bank.co.jp' }, zones)).result, 'pass');
  assert.equal(
    (await dmarc({ from: 'a@mine.github.io', reversePath: 'yours.github.io' }, reject('mine.github.io'))).result,
    'fail',
  );
});

test('a policy of a public suffix does not speak for those below it', async () => {
  assert.equal((await dmarc({ from: 'a@shop.example.co.jp' }, reject('co.jp'))).result, 'none');
});

test('A-labels and U-labels are one domain', async () => {
  const zones = reject('xn--r8jz45g.example');
  for (const from of ['a@例え.example', 'a@xn--r8jz45g.example', 'a@XN--R8JZ45G.example'])
    assert.equal((await dmarc({ from, reversePath: 'xn--r8jz45g.example' }, zones)).result, 'pass', from);
});

test('without SPF the policy is evaluated all the same', async () => {
  const zones = { ...reject('bank.example'), 'unrelated.example': { TXT: 'ESERVFAIL' as const } };
  assert.deepEqual(await dmarc({ from: 'a@bank.example' }, zones), {
    result: 'fail',
    reason: 'no aligned domain',
    domains: ['bank.example'],
    policyDomain: 'bank.example',
    policy: 'reject',
    pct: 100,
    alignedSpf: false,
    alignedDkim: [],
  });
  const signed = await dmarc({ from: 'a@bank.example', signedBy: 'bank.example' }, zones);
  assert.deepEqual([signed.result, signed.alignedDkim], ['pass', ['bank.example']]);
});

test('an outage of an aligned check is temporary, of another domain it is not', async () => {
  const outage = { 'mail.bank.example': { TXT: 'ETIMEOUT' as const } };
  const zones = { ...reject('bank.example'), ...outage };
  assert.equal((await dmarc({ from: 'a@bank.example', reversePath: 'mail.bank.example' }, zones)).result, 'temperror');
  assert.equal(
    (
      await dmarc(
        { from: 'a@other.example', reversePath: 'mail.bank.example' },
        { ...reject('other.example'), ...outage },
      )
    ).result,
    'fail',
  );
  assert.equal(
    (await dmarc({ from: 'a@bank.example' }, { '_dmarc.bank.example': { TXT: 'ESERVFAIL' } })).result,
    'temperror',
  );
});

test('several From fields, several domains and unclear authors never pass, under the strictest policy', async () => {
  const zones = { ...reject('bank.example'), '_dmarc.lax.example': { TXT: [['v=DMARC1; p=none']] } };
  const spoofs: (string | string[])[] = [
    ['a@lax.example', 'a@bank.example'],
    ['a@bank.example', 'a@bank.example'],
    'a@lax.example, b@bank.example',
    '<a@lax.example> <b@bank.example>',
    'a@lax.example@bank.example',
  ];
  for (const from of spoofs) {
    const { result, policy } = await dmarc({ from, reversePath: 'lax.example', signedBy: 'lax.example' }, zones);
    assert.deepEqual([result, policy], ['fail', 'reject'], String(from));
  }
  assert.equal(
    (await dmarc({ from: ['a@no.example', 'b@no.example'], reversePath: 'no.example' }, {})).result,
    'permerror',
  );
  assert.equal((await dmarc({ from: [] }, zones)).result, 'permerror');
  assert.equal((await dmarc({ from: 'Hanako' }, zones)).result, 'permerror');
});

test('many authors cost no more than the limit', async () => {
  const from = Array.from({ length: 5000 }, (_, i) => `a@d${i}.example`).join(', ');
  const { policy, domains } = await dmarc({ from }, reject('d3.example'));
  assert.deepEqual([policy, domains.length], ['reject', 8]);
});

test('strict alignment wants the very domain', async () => {
  const zones = reject('bank.example', 'aspf=s; adkim=s');
  assert.equal((await dmarc({ from: 'a@bank.example', reversePath: 'mail.bank.example' }, zones)).result, 'fail');
  assert.equal((await dmarc({ from: 'a@bank.example', signedBy: 'mail.bank.example' }, zones)).result, 'fail');
  assert.equal((await dmarc({ from: 'a@bank.example', signedBy: 'bank.example' }, zones)).result, 'pass');
});

test('a sub-domain has sp=, an absent one np=, one with a record of its own that', async () => {
  const zones = {
    ...reject('bank.example', 'sp=quarantine; np=none'),
    'www.bank.example': { A: ['192.0.2.80'] },
    'mail.bank.example': { MX: [{ priority: 1, exchange: 'mx.bank.example' }] },
    '_dmarc.own.bank.example': { TXT: [['v=DMARC1; p=none; pct=10; t=y']] },
  };
  const policyOf = async (domain: string) => (await dmarc({ from: `a@${domain}` }, zones)).policy;
  assert.equal(await policyOf('bank.example'), 'reject');
  assert.equal(await policyOf('www.bank.example'), 'quarantine');
  assert.equal(await policyOf('mail.bank.example'), 'quarantine');
  assert.equal(await policyOf('gone.bank.example'), 'none');
  const own = await dmarc({ from: 'a@own.bank.example' }, zones);
  assert.deepEqual([own.policyDomain, own.pct, own.testing], ['own.bank.example', 10, true]);
});

test('a signature of a stranger does not help, nor one that leaves octets unsigned', async () => {
  const zones = reject('bank.example');
  assert.equal((await dmarc({ from: 'a@bank.example', signedBy: 'third.example' }, zones)).result, 'fail');
  const partial = await dmarc({ from: 'a@bank.example', signedBy: 'bank.example', bodyOctets: 2 }, zones);
  assert.deepEqual([partial.result, partial.reason], ['fail', 'only part of the body is signed']);
});

test('several records are no policy', async () => {
  const zones = { '_dmarc.bank.example': { TXT: [['v=DMARC1; p=reject'], ['v=DMARC1; p=none']] } };
  assert.equal((await dmarc({ from: 'a@bank.example' }, zones)).result, 'none');
  const beside = { '_dmarc.bank.example': { TXT: [['v=DMARC1; p=reject'], ['v=spf1 -all']] } };
  assert.equal((await dmarc({ from: 'a@bank.example' }, beside)).result, 'fail');
});
