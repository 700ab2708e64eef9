import assert from 'node:assert/strict';
import { test } from 'node:test';
import { zoneResolver } from '@sekisho/ports';
import { fakeRandom } from '@sekisho/ports/testing';
import { onlyLoopback } from '../next-hop/guard.ts';
import type { HostPort } from '../next-hop/route.ts';
import { quickLimits } from '../testing/client-setup.ts';
import { DROP, HANG, type Script, ScriptedServer } from '../testing.ts';
import { askRecipient } from './ask-recipient.ts';

const options = {
  resolver: zoneResolver({}),
  random: fakeRandom(),
  ownNames: [],
  addresses: 3,
  trust: {},
  helloName: 'relay.example',
  guard: onlyLoopback,
  limits: quickLimits(60),
};

const ask = (hosts: readonly HostPort[], localPart = 'taro') =>
  askRecipient({ kind: 'hosts', hosts, tls: 'none' }, { localPart, domain: 'example.net' }, options);

const at = (verb: string, answer: string | typeof HANG | typeof DROP): Script => ({
  on: (line) => (line.startsWith(verb) ? answer : undefined),
});

const table: [string, Script, 'known' | 'unknown' | 'unavailable'][] = [
  ['says yes', {}, 'known'],
  ['says no', at('RCPT', '550 5.1.1 unknown\r\n'), 'unknown'],
  ['says later', at('RCPT', '450 4.2.1 busy\r\n'), 'unavailable'],
  ['refuses MAIL', at('MAIL', '550 no bounces\r\n'), 'unavailable'],
  ['hangs', at('RCPT', HANG), 'unavailable'],
  ['goes away', at('RCPT', DROP), 'unavailable'],
  ['refuses to greet', { greeting: '554 no service\r\n' }, 'unavailable'],
];

for (const [what, script, expected] of table) {
  test(`askRecipient() of a next hop that ${what}: ${expected}`, async () => {
    await using server = await ScriptedServer.start(script);
    assert.equal(await ask([{ host: '127.0.0.1', port: server.port }]), expected);
    assert.equal(server.lines.includes('DATA'), false);
  });
}

test('askRecipient() asks the next address when one cannot be reached or may not be', async () => {
  await using server = await ScriptedServer.start();
  const { port } = server;
  assert.equal(
    await ask([
      { host: '192.0.2.1', port },
      { host: '127.0.0.1', port: 1 },
      { host: '127.0.0.1', port },
    ]),
    'known',
  );
  assert.equal(await ask([{ host: '192.0.2.1', port }]), 'unavailable');
});

test('askRecipient() knows nobody whose name cannot be said', async () => {
  await using server = await ScriptedServer.start();
  assert.equal(await ask([{ host: '127.0.0.1', port: server.port }], 'a\r\nDATA'), 'unknown');
  assert.equal(
    server.lines.some((line) => line.startsWith('RCPT')),
    false,
  );
});
