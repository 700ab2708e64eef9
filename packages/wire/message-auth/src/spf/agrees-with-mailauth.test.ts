import assert from 'node:assert/strict';
import { test } from 'node:test';
import { zoneResolver } from '@sekisho/ports';
import { fakeClock } from '@sekisho/ports/testing';
import { spf } from 'mailauth/lib/spf/index.js';
import { Seeded } from '../testing/seeded.ts';
import { checkSpf } from './check-spf.ts';

const TERMS = [
  'all',
  'a',
  'mx',
  'a:h.example.jp',
  'a:%{h}',
  'a/24',
  'a:v6.example.jp/24//64',
  'mx:mail.example.jp/28',
  'mx:absent.example.jp',
  'ip4:192.0.2.0/24',
  'ip4:198.51.100.7',
  'ip4:192.0.2.300',
  'ip6:2001:db8::/32',
  'ip6:2001:db8::1/128',
  'include:pass.example.jp',
  'include:fail.example.jp',
  'include:loop.example.jp',
  'include:absent.example.jp',
  'include:broken.example.jp',
  'include:outage.example.jp',
  'exists:%{ir}.list.example.jp',
  'exists:%{l1r-}.user.example.jp',
  'exists:outage.example.jp',
  'ptr',
  'ptr:example.jp',
  'redirect=pass.example.jp',
  'redirect=fail.example.jp',
  'redirect=absent.example.jp',
  'exp=why.example.jp',
  'x-unknown=%{d}',
  'nonsense',
];

const ZONES = {
  'h.example.jp': { A: ['192.0.2.10'], AAAA: ['2001:db8::10'] },
  'v6.example.jp': { AAAA: ['2001:db8::99'] },
  'mail.example.jp': { MX: [{ priority: 10, exchange: 'h.example.jp' }] },
  'mx.client.example': { A: ['198.51.100.7'] },
  'pass.example.jp': { TXT: [['v=spf1 ip4:192.0.2.1 ip6:2001:db8::1 a:h.example.jp ?all']] },
  'fail.example.jp': { TXT: [['v=spf1 a:absent.example.jp -all']] },
  'loop.example.jp': { TXT: [['v=spf1 include:loop.example.jp -all']] },
  'broken.example.jp': { TXT: [['v=spf1 all:']] },
  'outage.example.jp': { TXT: 'ESERVFAIL', A: 'ETIMEOUT' },
  '1.2.0.192.list.example.jp': { A: ['127.0.0.2'] },
  'taro.user.example.jp': { A: ['127.0.0.2'] },
  '1.2.0.192.in-addr.arpa': { PTR: ['h.example.jp', 'host.example.jp'] },
  'host.example.jp': { A: ['192.0.2.1'] },
  'why.example.jp': { TXT: [['no']] },
} as const;

test('checkSpf() agrees with mailauth over 1,000 records put together by chance', async () => {
  const seen = new Set<string>();
  for (let seed = 0; seed < 1000; seed++) {
    const chance = new Seeded(seed);
    const terms = Array.from(
      { length: chance.below(7) },
      () => chance.pick(['', '', '+', '-', '~', '?']) + chance.pick(TERMS),
    );
    const record = ['v=spf1', ...terms].join(' ');
    const own = { TXT: [[record]], A: ['203.0.113.5'], MX: [{ priority: 5, exchange: 'mx.client.example' }] };
    const resolver = zoneResolver({ ...ZONES, 'example.jp': own });
    const ip = chance.pick(['192.0.2.1', '198.51.100.7', '2001:db8::1', '203.0.113.5']);
    const reversePath = { localPart: 'hanako-taro', domain: 'example.jp' };
    const ours = await checkSpf(
      { ip, ehlo: 'mx.client.example', reversePath },
      { resolver, clock: fakeClock(), authservId: 'mx.ours.example' },
    );
    const theirs = await spf({
      ip,
      helo: 'mx.client.example',
      sender: 'hanako-taro@example.jp',
      mta: 'mx.ours.example',
      resolver: async (name, type) => (await resolver.resolve(name, type as 'TXT')) as string[][],
      strict: true,
    });
    assert.equal(ours.result, theirs.status.result, `${ip} ${record}: ${ours.reason}, ${theirs.status.comment}`);
    seen.add(ours.result);
  }
  assert.deepEqual([...seen].sort(), ['fail', 'neutral', 'pass', 'permerror', 'softfail', 'temperror']);
});
