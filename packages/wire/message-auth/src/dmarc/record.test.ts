import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isDmarcRecord, parseDmarcRecord } from './record.ts';

test('parseDmarcRecord() reads tags in any case and order, the first of two', () => {
  assert.deepEqual(parseDmarcRecord('v=DMARC1; P = Reject; sp=none;aspf=S; pct=20; p=none; t=y'), {
    policy: 'reject',
    subdomainPolicy: 'none',
    strictDkim: false,
    strictSpf: true,
    pct: 20,
    testing: true,
  });
});

test('parseDmarcRecord() takes the policy for sub-domains from p= when there is no sp=', () => {
  assert.equal(parseDmarcRecord('v=DMARC1; p=quarantine')?.subdomainPolicy, 'quarantine');
  assert.equal(parseDmarcRecord('v=DMARC1; p=none; np=reject')?.absentPolicy, 'reject');
});

test('parseDmarcRecord() asks for nothing where the policy cannot be read but reports are wanted', () => {
  assert.equal(parseDmarcRecord('v=DMARC1; rua=mailto:d@example.jp')?.policy, 'none');
  assert.equal(parseDmarcRecord('v=DMARC1; p=reject; sp=bogus; rua=mailto:d@example.jp')?.policy, 'none');
  assert.equal(parseDmarcRecord('v=DMARC1; p=bogus'), null);
  assert.equal(parseDmarcRecord('v=DMARC1'), null);
});

test('parseDmarcRecord() takes 100 percent where pct= cannot be read', () => {
  for (const pct of ['101', '-1', '050', 'half', '', '1.5'])
    assert.equal(parseDmarcRecord(`v=DMARC1; p=none; pct=${pct}`)?.pct, 100, pct);
});

test('isDmarcRecord() wants the exact version first', () => {
  for (const text of ['v=DMARC1', 'v = DMARC1 ; p=none']) assert.ok(isDmarcRecord(text), text);
  for (const text of ['v=DMARC10; p=none', 'v=dmarc1; p=none', 'p=none; v=DMARC1', ' v=DMARC1', 'v=spf1 -all'])
    assert.ok(!isDmarcRecord(text), text);
});
