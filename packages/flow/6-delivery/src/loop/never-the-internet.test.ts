import assert from 'node:assert/strict';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import { zoneResolver } from '@sekisho/ports';
import { openTestDelivery } from '../testing/loop-setup.ts';

const zones = {
  'example.net': { MX: [{ priority: 1, exchange: 'mx.example.net' }] },
  'mx.example.net': { A: ['192.0.2.25'], AAAA: ['2001:db8::25', '::ffff:192.0.2.25'] },
};

for (const [how, route] of [
  ['by MX', { kind: 'mx', domain: 'example.net', tls: 'opportunistic' }],
  ['by the name of a route', { kind: 'hosts', hosts: [{ host: 'mx.example.net', port: 25 }], tls: 'none' }],
  ['by the address of a route', { kind: 'hosts', hosts: [{ host: '192.0.2.25', port: 25 }], tls: 'none' }],
] as const) {
  test(`onlyLoopback lets no socket be made for a public address found ${how}`, async () => {
    const sockets: Socket[] = [];
    const seen = (message: unknown) => void sockets.push((message as { socket: Socket }).socket);
    subscribe('net.client.socket', seen);
    try {
      await using t = await openTestDelivery();
      await t.put('m1', ['a']);
      t.run({ resolver: zoneResolver(zones), route: () => route });
      await t.until('it was tried', async () => (await t.rows('m1'))[0]!.attempts === 1);
      assert.equal(sockets.length, 0);
      assert.match((await t.rows('m1'))[0]!.lastReply!, /the guard "onlyLoopback" refuses it/);
    } finally {
      unsubscribe('net.client.socket', seen);
    }
  });
}
