import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { AOBA, MINATO } from './world.ts';
import { askKept } from './ask-house.ts';
import { openDemo } from './open-demo.ts';
import { DELIVERED, type Play } from '../plays/play.ts';
import { playOverSmtp } from '../smtp/play-client.ts';

const ANY_PORT = {
  SEKISHO_SMTP_PORT: '0',
  SEKISHO_SUBMISSION_PORT: '0',
  SEKISHO_SUBMISSIONS_PORT: '0',
  SEKISHO_HTTP_PORT: '0',
};
const PATIENCE_MS = 20_000;

/** An address of this machine that is not loopback: reachable, if anybody tried. */
const ownAddress = Object.values(networkInterfaces())
  .flat()
  .find((one) => one?.family === 'IPv4' && !one.internal)?.address;

/** A server on that address, which counts who comes. */
async function openTrap() {
  let visits = 0;
  const server = createServer((socket) => {
    visits += 1;
    socket.destroy();
  });
  const host = ownAddress ?? '127.0.0.1';
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const { port } = server.address() as AddressInfo;
  const close = () => new Promise<void>((resolve) => server.close(() => resolve()));
  return { host: ownAddress ?? '192.0.2.1', port, visits: () => visits, [Symbol.asyncDispose]: close };
}

const submission = (tenant: typeof AOBA, to: string): Play => ({
  about: 'submitted',
  port: 'submission',
  from: tenant.server,
  ehlo: `mail.${tenant.domain}`,
  reversePath: tenant.people[0]!.address,
  forwardPaths: [to],
  raw: Buffer.from(`From: <${tenant.people[0]!.address}>\r\nTo: <${to}>\r\nSubject: x\r\n\r\nx\r\n`),
  expected: DELIVERED,
});

test('the demo never connects to another machine: not by route, not by MX, not by any name of the real DNS', async () => {
  await using trap = await openTrap();
  await using demo = await openDemo({
    data: null,
    keep: false,
    withoutAntivirus: true,
    env: ANY_PORT,
    say: () => undefined,
    elsewhere: {
      [AOBA.name]: { nextHop: 'mx', tls: 'none' },
      [MINATO.name]: { nextHop: [{ host: trap.host, port: trap.port }], tls: 'none' },
    },
    moreZones: {
      'outside.example': { MX: [{ priority: 10, exchange: 'mx.outside.example' }] },
      'mx.outside.example': { A: ['192.0.2.1'] },
    },
  });
  const port = demo.portOf('submission');
  const byMx = await playOverSmtp(submission(AOBA, 'x@outside.example'), port);
  const byDns = await playOverSmtp(submission(AOBA, 'x@iana.org'), port);
  const byRoute = await playOverSmtp(submission(MINATO, 'x@outside.example'), port);

  const keptOf = async ({ name }: typeof AOBA) =>
    new Map((await askKept(demo.place, name)).map((one) => [one.spoolId, one]));
  const until = performance.now() + PATIENCE_MS;
  for (;;) {
    const [aoba, minato] = [await keptOf(AOBA), await keptOf(MINATO)];
    const [mx, dns, route] = [
      aoba.get(byMx.accepted!.spoolId),
      aoba.get(byDns.accepted!.spoolId),
      minato.get(byRoute.accepted!.spoolId),
    ];
    if (mx?.why && dns?.kind === 'returned' && route?.why) {
      assert.equal(mx.kind, 'waiting');
      assert.match(mx.why, /onlyLoopback/);
      assert.match(dns.why, /iana\.org/);
      assert.equal(route.kind, 'waiting');
      assert.match(route.why, /onlyLoopback/);
      break;
    }
    assert.ok(performance.now() < until, `still waiting: ${JSON.stringify([mx, dns, route])}`);
    await sleep(100);
  }
  assert.equal(trap.visits(), 0);
  assert.equal(demo.sinks.internet.messages.length, 0);
  assert.doesNotMatch(readFileSync(demo.place.logFile, 'utf8'), /"delivery\.session-opened"[^\n]*192\.0\.2\.1/);
});
