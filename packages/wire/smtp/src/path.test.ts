import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SmtpRefusal } from './errors.ts';
import { isRoutedLocalPart, parseAddress, parseForwardPath, parseReversePath } from './path.ts';

test('parseReversePath() reads <> as the null path', () => {
  assert.equal(parseReversePath('<>'), null);
});

test('parseReversePath() lowers the domain and keeps the local part', () => {
  assert.deepEqual(parseReversePath('<Taro@Example.JP>'), { localPart: 'Taro', domain: 'example.jp' });
});

test('parseReversePath() ignores a source route', () => {
  assert.equal(parseReversePath('<@relay.example:taro@example.jp>')?.localPart, 'taro');
  assert.equal(parseReversePath('<@a.example,@b.example:taro@example.jp>')?.domain, 'example.jp');
});

test('parseForwardPath() takes the domain behind a source route, not the one in it', () => {
  assert.deepEqual(parseForwardPath('<@ours.example:taro@foreign.example>'), {
    localPart: 'taro',
    domain: 'foreign.example',
  });
});

test('parseForwardPath() knows Postmaster without a domain', () => {
  assert.equal(parseForwardPath('<PostMaster>'), 'postmaster');
  assert.deepEqual(parseForwardPath('<postmaster@example.jp>'), { localPart: 'postmaster', domain: 'example.jp' });
});

test('parseForwardPath() reads a quoted local part as what it says', () => {
  assert.deepEqual(parseForwardPath('<"a > \\"b\\""@example.jp>'), { localPart: 'a > "b"', domain: 'example.jp' });
  assert.deepEqual(parseForwardPath('<"taro"@example.jp>'), { localPart: 'taro', domain: 'example.jp' });
});

test('parseForwardPath() reads address literals', () => {
  assert.deepEqual(parseForwardPath('<a@[192.0.2.1]>'), { localPart: 'a', domain: '[192.0.2.1]' });
  assert.deepEqual(parseForwardPath('<a@[IPv6:2001:DB8::1]>'), { localPart: 'a', domain: '[ipv6:2001:db8::1]' });
});

test('parseForwardPath() turns U-labels into A-labels', () => {
  assert.deepEqual(parseForwardPath('<太郎@例え.jp>'), { localPart: '太郎', domain: 'xn--r8jz45g.jp' });
});

for (const path of [
  '',
  '<',
  'a@example.jp',
  '<a@example.jp',
  '<<a@example.jp>>',
  '<a>',
  '<@example.jp>',
  '<a@>',
  '<a b@example.jp>',
  '<.a@example.jp>',
  '<a.@example.jp>',
  '<a..b@example.jp>',
  '<a@b@example.jp>',
  '<"a@example.jp>',
  '<"a"b"@example.jp>',
  '<a@-example.jp>',
  '<a@example..jp>',
  '<a@example.jp.>',
  '<a@exam_ple.jp>',
  '<a@[192.0.2.256]>',
  '<a@[2001:db8::1]>',
  '<a@１２７.1>',
  '<a@例え%2ejp>',
  '<@:a@example.jp>',
  '<@relay.example a@example.jp>',
  '<a@example.jp\r\n>',
  '<"a\r\nb"@example.jp>',
  `<${'a'.repeat(65)}@example.jp>`,
  `<a@${'a'.repeat(64)}.jp>`,
  `<a@${'abc.'.repeat(64)}jp>`,
  `<${'太'.repeat(22)}@example.jp>`,
]) {
  test(`parseForwardPath() refuses ${JSON.stringify(path.slice(0, 40))}`, () => {
    assert.throws(
      () => parseForwardPath(path),
      (error) => error instanceof SmtpRefusal && error.reply.code === 501,
    );
  });
}

test('parseForwardPath() refuses the null path', () => {
  assert.throws(() => parseForwardPath('<>'), SmtpRefusal);
});

test('parseAddress() reads an address without brackets or gives null', () => {
  assert.deepEqual(parseAddress('taro@example.jp'), { localPart: 'taro', domain: 'example.jp' });
  assert.equal(parseAddress('taro'), null);
});

test('isRoutedLocalPart() sees a second address inside', () => {
  for (const local of ['user%there', 'there!user', 'user@there']) assert.equal(isRoutedLocalPart(local), true);
  assert.equal(isRoutedLocalPart('taro+news'), false);
});

test('endless quotes and routes are read in linear time', () => {
  const long = `<${'"\\'.repeat(50_000)}`;
  const started = performance.now();
  assert.throws(() => parseForwardPath(long), SmtpRefusal);
  assert.throws(() => parseForwardPath(`<${'@a,'.repeat(50_000)}>`), SmtpRefusal);
  assert.ok(performance.now() - started < 500);
});
