/** peers: a display name, comment or encoded word that becomes an address; recursion over nested comments. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { messageLimits, parseAddressList } from './index.ts';

const addresses = (value: string) => parseAddressList(value).map(({ address }) => address);

const CASES: readonly (readonly [value: string, expected: readonly string[]])[] = [
  ['"ceo@bank.example" <a@b.example>', ['a@b.example']],
  ['"ceo@bank.example\0" <a@b.example>', ['a@b.example']],
  ['=?utf-8?Q?ceo=40bank.example?= <a@b.example>', ['a@b.example']],
  ['=?utf-8?Q?ceo=40bank.example?=', ['']],
  ['=?utf-8?Q?=3Cceo=40bank.example=3E?=', ['']],
  ['=?utf-8?B?Y2VvQGJhbmsuZXhhbXBsZSwg?= <a@b.example>', ['a@b.example']],
  ['(ceo@bank.example) a@b.example', ['a@b.example']],
  ['a@b.example (ceo@bank.example)', ['a@b.example']],
  ['"ceo@bank.example"', ['']],
  ['ceo@bank.example a@b.example', ['']],
  ['"a, b@c.example" <d@e.example>', ['d@e.example']],
  ['<@relay.example,@other.example:a@b.example>', ['a@b.example']],
  ['a@b.example, , ;c@d.example', ['a@b.example', 'c@d.example']],
  ['Pete(A nice \\) chap) <pete(his account)@silly.test(his host)>', ['pete@silly.test']],
  ['<"a b"@c.example>', ['"a b"@c.example']],
  ['<"a>b"@c.example>', ['"a>b"@c.example']],
  ['"..x"@ezweb.example', ['"..x"@ezweb.example']],
  ['a . b @ c . example', ['a.b@c.example']],
  ['a@[IPv6:2001:db8::1]', ['a@[IPv6:2001:db8::1]']],
  ['a@b.example (comment with a trailing backslash\\', ['a@b.example']],
  ['a@b.example <', ['']],
  ['', []],
  ['undisclosed-recipients:;', []],
];

for (const [value, expected] of CASES) {
  test(`parseAddressList() finds ${expected.join(' and ') || 'no address'} in ${JSON.stringify(value)}`, () => {
    assert.deepEqual(addresses(value), expected);
  });
}

test('parseAddressList() gives names decoded, from phrase or comment, and the group', () => {
  assert.deepEqual(parseAddressList('=?utf-8?B?5ZaE?= "=?utf-8?B?5ZaE?=" <a@b.example>, c@d.example (=?utf-8?Q?D?=)'), [
    { name: '善善', address: 'a@b.example' },
    { name: 'D', address: 'c@d.example' },
  ]);
  assert.deepEqual(parseAddressList('All: a@b.example, "B" <b@b.example>; c@d.example'), [
    { name: '', address: 'a@b.example', group: 'All' },
    { name: 'B', address: 'b@b.example', group: 'All' },
    { name: '', address: 'c@d.example' },
  ]);
});

test('parseAddressList() shows what stands for an address without a domain as a name', () => {
  assert.deepEqual(parseAddressList('<MAILER-DAEMON>'), [{ name: 'MAILER-DAEMON', address: '' }]);
});

test('parseAddressList() keeps a comma inside an encoded word out of the list', () => {
  assert.deepEqual(parseAddressList('=?utf-8?Q?Yamada, Taro?= <a@b.example>'), [
    { name: 'Yamada, Taro', address: 'a@b.example' },
  ]);
});

test('parseAddressList() reads raw Shift_JIS and ISO-2022-JP names whose octets look like quotes', () => {
  const shiftJis = Buffer.concat([Buffer.from('"'), Buffer.from([0x95, 0x5c]), Buffer.from('" <a@b.example>')]);
  assert.deepEqual(parseAddressList(shiftJis, 'shift_jis'), [{ name: '表', address: 'a@b.example' }]);
  const jis = Buffer.from('"\x1b$BI=\x1b(B" <a@b.example>', 'latin1');
  assert.deepEqual(parseAddressList(jis), [{ name: '表', address: 'a@b.example' }]);
});

test('parseAddressList() does not let raw ISO-2022-JP without an end swallow the address', () => {
  assert.deepEqual(addresses('"\x1b$Bx" <a@b.example>'), ['a@b.example']);
});

const HUGE: readonly (readonly [name: string, value: string])[] = [
  ['nested comments', `${'('.repeat(50_000)}${')'.repeat(50_000)} <a@b.example>`],
  ['open comments', '('.repeat(200_000)],
  ['closed comments', '()'.repeat(100_000)],
  ['an open quote with escapes', `"${'\\"'.repeat(100_000)}`],
  ['quotes', '"a"'.repeat(60_000)],
  ['angles', '<'.repeat(200_000)],
  ['empty angles', '<>'.repeat(100_000)],
  ['addresses', 'a@b.example,'.repeat(100_000)],
  ['groups', 'g:'.repeat(100_000)],
  ['brackets', 'a@['.repeat(60_000)],
  ['dots', '. '.repeat(100_000)],
  ['encoded words without end', '=?utf-8?Q?'.repeat(30_000)],
  ['encoded words', '=?utf-8?Q?a?= '.repeat(20_000)],
];

for (const [name, value] of HUGE) {
  test(`parseAddressList() reads ${value.length} characters of ${name} in bounded time`, () => {
    const started = performance.now();
    assert.ok(parseAddressList(value).length <= messageLimits.addresses);
    assert.ok(performance.now() - started < 2_000);
  });
}
