import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { SignedMessage } from '../dkim/signed-message.ts';
import { scanHeader } from '../header/scan-header.ts';
import { authorDomains } from './author-domains.ts';

function authorsOf(...froms: string[]) {
  const raw = Buffer.from(`${froms.map((from) => `From: ${from}\r\n`).join('')}To: x@to.example\r\n\r\n`);
  return authorDomains(new SignedMessage(raw, scanHeader(raw)));
}

test('authorDomains() finds the one domain of an ordinary author', () => {
  for (const from of [
    'a@example.jp',
    '<a@example.jp>',
    'Hanako <a@EXAMPLE.jp.>',
    '"Hanako, Ltd." <a@example.jp>',
    '"ceo@bank.example" <a@example.jp>',
    'ceo@bank.example <a@example.jp>',
    '=?utf-8?q?ceo=40bank=2Eexample?= <a@example.jp>',
    '"a@b"@example.jp',
    '"a\\"@b"@example.jp',
    'Hanako (of (the) Tokyo@office.example) <a@example.jp>',
    'a(comment)@example.jp',
    'Hanako\r\n <a@example.jp>',
    'a@example.jp, Taro <b@example.jp>',
    'Group: a@example.jp, b@example.jp;',
    '<@relay.example,@other.example:a@example.jp>',
  ]) {
    const { domains, unclear } = authorsOf(from);
    assert.deepEqual([domains, unclear], [['example.jp'], false], from);
  }
});

test('authorDomains() makes A-labels of U-labels', () => {
  assert.deepEqual(authorsOf('太郎 <太郎@例え.テスト>').domains, ['xn--r8jz45g.xn--zckzah']);
});

test('authorDomains() counts every domain and every field', () => {
  assert.deepEqual(authorsOf('a@one.example, B <b@two.example>').domains, ['one.example', 'two.example']);
  assert.deepEqual(authorsOf('a@one.example', 'b@two.example'), {
    fields: 2,
    domains: ['one.example', 'two.example'],
    unclear: false,
  });
  assert.equal(authorsOf().fields, 0);
});

test('authorDomains() says when readers might differ', () => {
  for (const from of [
    '',
    'Hanako',
    'undisclosed:;',
    'a@[192.0.2.1]',
    'a@',
    'a@example.jp@evil.example',
    '<a@example.jp> <b@evil.example>',
    '<a@example.jp',
    'a@example.jp>',
    'a@example.jp b@evil.example',
    '"Hanako <a@example.jp>',
    'Hanako (never closed <a@example.jp>',
    'a@exam ple.jp',
    'a@example.jp: b@evil.example;',
    'a@example.jp\0@evil.example',
    '=?utf-8?q?a=40bank=2Eexample?=@evil.example',
    'a@example.jp, Taro',
  ])
    assert.ok(authorsOf(from).unclear, from);
});

test('authorDomains() comes to an end with whatever is in the field, in time', () => {
  const pieces = fc.array(
    fc.constantFrom('<', '>', '"', '(', ')', ',', ';', ':', '@', '\\', 'a', 'b.jp', ' ', '=?', 'é'),
  );
  fc.assert(fc.property(pieces, (parts) => void authorsOf(parts.join(''))));
  for (const piece of ['"', '(', '<', '@', ':', ',', '\\', '"\\', 'あ', ' '])
    assert.ok(authorsOf(piece.repeat(100_000)).unclear, piece);
});
