import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Zones, zoneResolver } from '@sekisho/ports';
import { fakeRandom } from '@sekisho/ports/testing';
import { findNextHop, type NextHopView } from './find-next-hop.ts';
import type { NextHop } from './route.ts';

const zones: Zones = {
  'example.jp': {
    MX: [
      { priority: 20, exchange: 'backup.example.jp.' },
      { priority: 10, exchange: 'MX1.example.jp' },
    ],
  },
  'mx1.example.jp': { A: ['192.0.2.1'], AAAA: ['2001:db8::1'] },
  'backup.example.jp': { A: ['192.0.2.2'] },
  'implicit.example': { A: ['192.0.2.9'] },
  'null.example': { MX: [{ priority: 0, exchange: '' }] },
  'silent.example': { MX: 'ESERVFAIL' },
  'half.example': { MX: [{ priority: 1, exchange: 'timeout.example' }] },
  'timeout.example': { A: 'ETIMEOUT' },
  'empty.example': { MX: [{ priority: 1, exchange: 'gone.example' }] },
  'relayed.example': {
    MX: [
      { priority: 5, exchange: 'mx1.example.jp' },
      { priority: 10, exchange: 'us.example.net' },
      { priority: 10, exchange: 'backup.example.jp' },
    ],
  },
  'ours.example': { MX: [{ priority: 5, exchange: 'Us.Example.Net.' }] },
  'us.example.net': { A: ['192.0.2.77'] },
  'equal.example': { MX: [1, 2, 3, 4].map((n) => ({ priority: 1, exchange: `e${n}.example` })) },
  ...Object.fromEntries([1, 2, 3, 4].map((n) => [`e${n}.example`, { A: [`192.0.2.10${n}`] }])),
};

function view(seed = 'a'): NextHopView {
  return { resolver: zoneResolver(zones), random: fakeRandom(seed), ownNames: ['us.example.net'], addresses: 6 };
}
const byMx = (domain: string, seed?: string) => findNextHop({ kind: 'mx', domain, tls: 'none' }, view(seed));
const addresses = (hop: NextHop) => (hop.kind === 'targets' ? hop.targets.map(({ address }) => address) : hop.status);

test('findNextHop() goes to the lowest preference first, over IPv4 and IPv6', async () => {
  assert.deepEqual(addresses(await byMx('example.jp')), ['192.0.2.1', '2001:db8::1', '192.0.2.2']);
});

test('findNextHop() shuffles equal preferences by chance', async () => {
  const orders = await Promise.all(
    [...'abcdefghij'].map(async (seed) => String(addresses(await byMx('equal.example', seed)))),
  );
  assert.ok(new Set(orders).size > 3);
  for (const order of orders) assert.equal(new Set(order.split(',')).size, 4);
});

test('findNextHop() takes the domain itself when it has no MX', async () => {
  assert.deepEqual(addresses(await byMx('implicit.example')), ['192.0.2.9']);
});

test('findNextHop() gives up at a null MX (RFC 7505), at a domain or an exchange that does not exist', async () => {
  assert.equal(addresses(await byMx('null.example')), '5.1.10');
  assert.equal(addresses(await byMx('nowhere.example')), '5.1.2');
  assert.equal(addresses(await byMx('empty.example')), '5.1.2');
});

test('findNextHop() waits when name servers do not answer', async () => {
  for (const domain of ['silent.example', 'half.example']) {
    assert.deepEqual(await byMx(domain), { ...(await byMx(domain)), permanent: false, status: '4.4.3' });
  }
});

test('findNextHop() never sends to ourselves or to a host that is not closer than we are', async () => {
  assert.deepEqual(addresses(await byMx('relayed.example')), ['192.0.2.1', '2001:db8::1']);
  assert.equal(addresses(await byMx('ours.example')), '5.4.6');
  assert.equal(addresses(await byMx('us.example.net')), '5.4.6');
});

test('findNextHop() follows a route in its order, by name and by literal', async () => {
  const hosts = [
    { host: '127.0.0.1', port: 2526 },
    { host: 'backup.example.jp', port: 25 },
    { host: '[IPv6:::1]', port: 24 },
  ];
  const hop = await findNextHop({ kind: 'hosts', hosts, tls: 'none' }, view());
  assert.deepEqual(addresses(hop), ['127.0.0.1', '192.0.2.2', '::1']);
  const gone = await findNextHop({ kind: 'hosts', hosts: [{ host: 'gone.example', port: 25 }], tls: 'none' }, view());
  assert.deepEqual(gone, {
    kind: 'none',
    permanent: false,
    status: '4.4.4',
    text: 'No host of the route has an address',
  });
});

test('findNextHop() takes an address literal as the domain', async () => {
  assert.deepEqual(addresses(await byMx('[127.0.0.1]')), ['127.0.0.1']);
});
