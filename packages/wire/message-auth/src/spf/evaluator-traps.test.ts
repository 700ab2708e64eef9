/** Classes of faults that other SPF evaluators had, one test each. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Zones, zoneResolver } from '@sekisho/ports';
import { fakeClock } from '@sekisho/ports/testing';
import { checkSpf } from './check-spf.ts';

const ADDRESS = '192.0.2.1';

function check(zones: Zones, ip = ADDRESS, localPart = 'taro', ehlo = 'mx.client.example') {
  const reversePath = { localPart, domain: 'example.jp' };
  const options = { resolver: zoneResolver(zones), clock: fakeClock(), authservId: 'mx.ours.example' };
  return checkSpf({ ip, ehlo, reversePath }, options);
}

async function outcome(record: string, more: Zones = {}, ip = ADDRESS): Promise<string> {
  return (await check({ 'example.jp': { TXT: [[record]] }, ...more }, ip)).result;
}

test('ten terms may need look-ups, eleven may not', async () => {
  const zones = Object.fromEntries(
    Array.from({ length: 11 }, (_, i) => [`h${i}.example.jp`, { A: ['198.51.100.1'], TXT: [['v=spf1 ?all']] }]),
  );
  const includes = (count: number) => Array.from({ length: count }, (_, i) => `include:h${i}.example.jp`).join(' ');
  assert.equal(await outcome(`v=spf1 ${includes(10)} -all`, zones), 'fail');
  assert.equal(await outcome(`v=spf1 ${includes(11)} -all`, zones), 'permerror');
  assert.equal(await outcome(`v=spf1 ${includes(11)} ip4:${ADDRESS} -all`, zones), 'permerror');
  assert.equal(await outcome(`v=spf1 ip4:${ADDRESS} ${includes(11)} -all`, zones), 'pass');
});

test('look-ups inside an include count for the whole evaluation', async () => {
  const inner = Array.from({ length: 6 }, (_, i) => `a:h${i}.example.jp`).join(' ');
  const hosts = Object.fromEntries(Array.from({ length: 6 }, (_, i) => [`h${i}.example.jp`, { A: ['198.51.100.1'] }]));
  const zones = { 'one.example.jp': { TXT: [[`v=spf1 ${inner} ?all`]] }, ...hosts };
  assert.equal(await outcome('v=spf1 include:one.example.jp -all', zones), 'fail');
  assert.equal(await outcome('v=spf1 include:one.example.jp include:one.example.jp -all', zones), 'permerror');
});

test('two look-ups may find nothing, three may not', async () => {
  assert.equal(await outcome('v=spf1 a:x.example.jp exists:y.example.jp -all'), 'fail');
  assert.equal(await outcome('v=spf1 a:x.example.jp mx:y.example.jp exists:z.example.jp -all'), 'permerror');
});

test('redirect= counts only when no mechanism matches, and takes the other record as its own', async () => {
  const zones = {
    'other.example.jp': { TXT: [['v=spf1 include:third.example.jp -all']] },
    'third.example.jp': { TXT: [[`v=spf1 ip4:${ADDRESS} -all`]] },
  };
  assert.equal(await outcome('v=spf1 redirect=other.example.jp', zones), 'pass');
  assert.equal(await outcome('v=spf1 redirect=other.example.jp ~all', zones), 'softfail');
  assert.equal(await outcome('v=spf1 include:third.example.jp redirect=nowhere.example.jp', zones), 'pass');
  assert.equal(await outcome('v=spf1 redirect=nowhere.example.jp', zones), 'permerror');
});

test('a record that leads to itself ends', async () => {
  assert.equal(await outcome('v=spf1 include:example.jp -all'), 'permerror');
  assert.equal(await outcome('v=spf1 redirect=example.jp'), 'permerror');
});

test('addresses of IPv6 are read in every spelling, mapped ones are IPv4', async () => {
  for (const ip of ['2001:db8::1', '2001:DB8:0:0:0:0:0:1', '2001:db8::0.0.0.1'])
    assert.equal(await outcome('v=spf1 ip6:2001:db8::/32 -all', {}, ip), 'pass', ip);
  assert.equal(await outcome(`v=spf1 ip4:${ADDRESS} -all`, {}, `::ffff:${ADDRESS}`), 'pass');
  assert.equal(await outcome(`v=spf1 ip6:::ffff:${ADDRESS} -all`, {}, `::ffff:${ADDRESS}`), 'fail');
  assert.equal(await outcome('v=spf1 ip6:2001:db8:: -all', {}, '2001:db8::'), 'pass');
  for (const term of ['ip6:2001:db8::g', 'ip6:2001:db8::/129', 'ip6:fe80::1%eth0', 'ip6:1.2.3.4', 'ip6:', 'ip6:::1::'])
    assert.equal(await outcome(`v=spf1 ${term} ~all`, {}, '2001:db8::1'), 'permerror', term);
});

test('the version is exactly v=spf1', async () => {
  for (const record of [
    'v=spf10 -all',
    'v=spf1.1 -all',
    'v=spf1,-all',
    ' v=spf1 -all',
    'spf1 -all',
    'v=spf2.0/pra -all',
  ])
    assert.equal(await outcome(record), 'none', record);
  assert.equal(await outcome('V=SPF1 -ALL'), 'fail');
  assert.equal(await outcome('v=spf1'), 'neutral');
});

test('one malformed term spoils the whole record, wherever it stands', async () => {
  for (const term of [
    'moo',
    'ip4:1.2.3',
    'ip4:01.2.3.4',
    'a/33',
    'a//129',
    'mx:',
    'include',
    'include:',
    'all:x',
    '-all.',
    'exists:%{z}.jp',
    'a:%{d',
    'redirect=%{c}.jp',
    'redirect=a.jp redirect=b.jp',
    'ptr:a',
    'ip4:1.2.3.4/08',
  ])
    assert.equal(await outcome(`v=spf1 ip4:${ADDRESS} ${term}`), 'permerror', term);
  assert.equal(
    await outcome('v=spf1 -all', { 'example.jp': { TXT: [['v=spf1 -all'], ['v=spf1 +all']] } }),
    'permerror',
  );
});

test('macros stand for the envelope', async () => {
  const record = (spec: string) => `v=spf1 exists:${spec} -all`;
  for (const [spec, name] of [
    ['%{ir}.%{v}.x.jp', '1.2.0.192.in-addr.x.jp'],
    ['%{l}.%{o}', 'taro.example.jp'],
    ['%{d1r}.x.jp', 'example.x.jp'],
    ['%{h2}.x.jp', 'client.example.x.jp'],
    ['%{S}.jp', 'taro%40example.jp.jp'],
    ['%%a%_b%-c.jp', '%a b%20c.jp'],
  ] as const)
    assert.equal(await outcome(record(spec), { [name]: { A: ['127.0.0.2'] } }), 'pass', spec);
});

test('a local part that DNS cannot hold matches nothing', async () => {
  for (const localPart of ['太郎', 'a..b', 'x'.repeat(64)]) {
    const { result } = await check({ 'example.jp': { TXT: [['v=spf1 exists:%{l}.x.jp -all']] } }, ADDRESS, localPart);
    assert.equal(result, 'fail', localPart);
  }
});

test('of the names of a client only ten are looked at, and only those that lead back', async () => {
  const names = Array.from({ length: 12 }, (_, i) => `h${i}.example.jp`);
  const reverse = { '1.2.0.192.in-addr.arpa': { PTR: names } };
  const back = (i: number) => ({ ...reverse, [`h${i}.example.jp`]: { A: [ADDRESS] } });
  assert.equal(await outcome('v=spf1 ptr -all', back(9)), 'pass');
  assert.equal(await outcome('v=spf1 ptr -all', back(10)), 'fail');
  assert.equal(await outcome('v=spf1 ptr -all', reverse), 'fail');
});

test('an outage is a temporary error, also within an include', async () => {
  assert.equal((await check({ 'example.jp': { TXT: 'ESERVFAIL' } })).result, 'temperror');
  assert.equal(await outcome('v=spf1 include:x.jp -all', { 'x.jp': { TXT: 'ETIMEOUT' } }), 'temperror');
  assert.equal(await outcome('v=spf1 a:x.jp -all', { 'x.jp': { A: 'ESERVFAIL' } }), 'temperror');
});

test('exp= explains a fail of the own record, never of an included one', async () => {
  const zones = {
    'why.example.jp': { TXT: [['%{i} may not send for %{o}']] },
    'inner.example.jp': { TXT: [['v=spf1 -all exp=why.example.jp']] },
  };
  const own = await check({ 'example.jp': { TXT: [['v=spf1 -all exp=why.example.jp']] }, ...zones });
  assert.equal(own.explanation, '192.0.2.1 may not send for example.jp');
  const included = await check({ 'example.jp': { TXT: [['v=spf1 include:inner.example.jp -all']] }, ...zones });
  assert.deepEqual([included.result, included.explanation], ['fail', undefined]);
});

test('a null reverse-path is checked by EHLO, and no name is no check', async () => {
  const options = {
    resolver: zoneResolver({ 'mx.example.jp': { TXT: [['v=spf1 a -all']], A: [ADDRESS] } }),
    clock: fakeClock(),
    authservId: 'mx.ours.example',
  };
  const helo = await checkSpf({ ip: ADDRESS, ehlo: 'mx.example.jp', reversePath: null }, options);
  assert.deepEqual([helo.result, helo.identity, helo.domain, helo.mechanism], ['pass', 'helo', 'mx.example.jp', 'a']);
  for (const ehlo of ['localhost', '[192.0.2.1]', '192.0.2.1', '', 'a..b', `${'a'.repeat(64)}.jp`])
    assert.equal((await checkSpf({ ip: ADDRESS, ehlo, reversePath: null }, options)).result, 'none', ehlo);
});
