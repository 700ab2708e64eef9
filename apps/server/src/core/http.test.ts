import assert from 'node:assert/strict';
import { type AddressInfo, connect } from 'node:net';
import { after, before, test } from 'node:test';
import type { Server } from 'node:http';
import { type MeterSnapshot, openMeter } from '@sekisho/ports';
import { openHttp, type ProcessState } from './http.ts';

let server: Server;
let processes: ProcessState[] = [];
const numbers = new Map<string, MeterSnapshot>();

before(async () => {
  server = await openHttp({ host: '127.0.0.1', port: 0 }, { processes: () => processes, metrics: () => numbers });
});
after(() => {
  server.close();
  server.closeAllConnections();
});

const port = () => (server.address() as AddressInfo).port;
const ask = (path: string, init?: RequestInit) => fetch(`http://127.0.0.1:${port()}${path}`, init);
const state = (name: string, one: string): ProcessState => ({ name, pid: 1, state: one, restarts: 0 });

test('/livez answers whenever the process lives', async () => {
  assert.deepEqual([(await ask('/livez')).status, await (await ask('/livez?x=1')).text()], [200, 'alive\n']);
});

test('/healthz is 200 when every process is ready, and says which is not', async () => {
  assert.equal((await ask('/healthz')).status, 503, 'nobody has said anything yet');
  processes = [state('core', 'ready'), state('front-0', 'starting')];
  const waiting = await ask('/healthz');
  assert.equal(waiting.status, 503);
  assert.deepEqual(await waiting.json(), {
    ready: false,
    processes: [
      { name: 'core', state: 'ready', restarts: 0 },
      { name: 'front-0', state: 'starting', restarts: 0 },
    ],
  });
  processes = [state('core', 'ready'), state('front-0', 'ready')];
  assert.equal((await ask('/healthz')).status, 200);
});

test('/metrics gives the numbers of all processes in OpenMetrics', async () => {
  for (const name of ['core', 'front-0']) {
    const meter = openMeter();
    meter.count('sekisho_smtp_messages_total', { outcome: 'accepted' }, 3);
    numbers.set(name, meter.snapshot());
  }
  const answer = await ask('/metrics');
  assert.match(answer.headers.get('content-type')!, /^application\/openmetrics-text; version=1\.0\.0/);
  const text = await answer.text();
  assert.match(text, /sekisho_smtp_messages_total\{outcome="accepted",process="core"\} 3\n/);
  assert.match(text, /process="front-0"/);
  assert.ok(text.endsWith('# EOF\n'));
});

test('nothing else is there, and nothing but looking is allowed', async () => {
  assert.equal((await ask('/')).status, 404);
  assert.equal((await ask('/metrics', { method: 'POST' })).status, 405);
  const head = await ask('/livez', { method: 'HEAD' });
  assert.deepEqual([head.status, await head.text()], [200, '']);
});

test('what is no HTTP ends its connection and nothing else', async () => {
  const socket = connect(port(), '127.0.0.1');
  socket.end('EHLO smuggler\r\n\r\n');
  const answer = await new Promise<string>((resolve) => socket.once('data', (octets) => resolve(String(octets))));
  assert.match(answer, /^HTTP\/1\.1 400 /);
  assert.equal((await ask('/livez')).status, 200);
});

test('openHttp() rejects when the port is taken', async () => {
  const ports = { processes: () => [], metrics: () => new Map() };
  await assert.rejects(openHttp({ host: '127.0.0.1', port: port() }, ports), { code: 'EADDRINUSE' });
});
