import assert from 'node:assert/strict';
import { test } from 'node:test';
import { canonicalDomain, isWithin } from './domain-name.ts';

test('canonicalDomain() makes A-labels, small letters, no final dot', () => {
  assert.equal(canonicalDomain('Mail.EXAMPLE.jp.'), 'mail.example.jp');
  assert.equal(canonicalDomain('例え.テスト'), 'xn--r8jz45g.xn--zckzah');
  assert.equal(canonicalDomain('XN--R8JZ45G.xn--zckzah'), 'xn--r8jz45g.xn--zckzah');
  assert.equal(canonicalDomain('ｅｘａｍｐｌｅ.jp'), 'example.jp');
});

test('canonicalDomain() refuses what DNS cannot hold', () => {
  for (const name of [
    '',
    '.',
    'a..b',
    '[192.0.2.1]',
    'a b.c',
    `${'a'.repeat(64)}.jp`,
    'a.'.repeat(130) + 'jp',
    'a\r\nb.jp',
  ])
    assert.equal(canonicalDomain(name), null, name);
  assert.equal(canonicalDomain('あ'.repeat(100_000)), null);
});

test('isWithin() asks for whole labels', () => {
  assert.ok(isWithin('a.b.jp', 'b.jp'));
  assert.ok(isWithin('b.jp', 'b.jp'));
  assert.ok(!isWithin('ab.jp', 'b.jp'));
});
