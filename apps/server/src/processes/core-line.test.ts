import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { keptLog } from '@sekisho/ports/testing';
import type { SpoolReference } from '@sekisho/spool';
import type { FrontSnapshot } from '@sekisho/tenants';
import type { SpoolId, TenantId } from '@sekisho/terms';
import { Fronts, type FrontsPorts } from '../core/fronts.ts';
import { frameLink } from '../links/frame-link.ts';
import type { CoreToFront, FrontHello, FrontToCore } from '../links/messages.ts';
import { CoreLine } from './core-line.ts';

const folder = mkdtempSync(join(tmpdir(), 'sekisho-line-'));
after(() => rmSync(folder, { recursive: true }));
let made = 0;
const newSocket = () => join(folder, `${(made += 1)}.sock`);

const SNAPSHOT = { revision: 7 } as FrontSnapshot;
const TENANT = 'tenant0000a' as TenantId;
const reference = (name: string) => ({ spoolId: name as SpoolId, tenant: TENANT }) as SpoolReference;

async function until(holds: () => boolean): Promise<void> {
  for (let i = 0; !holds(); i++) {
    assert.ok(i < 1000, holds.toString());
    await sleep(2);
  }
}

function openCore(socket: string, change: Partial<FrontsPorts> = {}) {
  const told: string[] = [];
  const fronts = new Fronts(socket, {
    log: keptLog(),
    snapshot: async () => SNAPSHOT,
    greeted: ({ front, openSegments }) => void told.push(`hello ${front} ${openSegments}`),
    accepted: ({ spoolId }) => void told.push(`accepted ${spoolId}`),
    voided: (spoolId) => void told.push(`voided ${spoolId}`),
    segmentClosed: (file, isFailed) => void told.push(`closed ${file} ${isFailed}`),
    answer: async (question) => question,
    metrics: (front, snapshot) => void told.push(`metrics ${front} ${snapshot === null ? 'gone' : 'there'}`),
    ...change,
  });
  after(() => fronts.close());
  return { fronts, told };
}

function openLine(socket: string, openSegments: () => readonly string[] | null = () => ['1']) {
  const got: unknown[] = [];
  const log = keptLog();
  const line = new CoreLine({
    socket,
    log,
    hello: (): FrontHello => ({ kind: 'hello', front: 3, openSegments: openSegments(), undecided: [] }),
    onMessage: (message) => got.push(message),
  });
  after(() => line.close());
  return { line, got, log };
}

test('a front greets, is told the directory, and tells in order', async () => {
  const socket = newSocket();
  const { told, fronts } = openCore(socket);
  const { line, got } = openLine(socket);
  await until(() => got.length === 1);
  assert.deepEqual(got, [{ kind: 'directory', snapshot: SNAPSHOT, isFirst: true }]);
  line.accepted(reference('a'));
  line.tell({ kind: 'voided', spoolId: 'b' as SpoolId });
  line.tell({ kind: 'segment-closed', file: '1', isFailed: true });
  await until(() => told.length === 4);
  assert.deepEqual(told, ['hello 3 1', 'accepted a', 'voided b', 'closed 1 true']);
  fronts.recipientsChanged(TENANT);
  await fronts.publish();
  await until(() => got.length === 3);
  assert.deepEqual(got.slice(1), [
    { kind: 'recipients-changed', tenant: TENANT },
    { kind: 'directory', snapshot: SNAPSHOT, isFirst: false },
  ]);
});

test('ask() brings the answer, or the error with its id', async () => {
  const socket = newSocket();
  openCore(socket, {
    async answer(question) {
      if (question.what === 'recipients') return ['taro@example.jp'];
      throw new TypeError('secret');
    },
  });
  const { line, got } = openLine(socket);
  await until(() => got.length === 1);
  assert.deepEqual(await line.ask({ what: 'recipients', tenant: TENANT }), ['taro@example.jp']);
  await assert.rejects(line.ask({ what: 'inspect', reference: reference('a') }), { id: 'unforeseen' });
});

test('without a line ask() rejects at once; when the line breaks, whoever waits is told', async () => {
  const socket = newSocket();
  const { line } = openLine(socket);
  await assert.rejects(line.ask({ what: 'recipients', tenant: TENANT }), /no line/);
  const { fronts } = openCore(socket, { answer: () => new Promise(() => undefined) });
  await until(() => line.isUp);
  const waiting = line.ask({ what: 'recipients', tenant: TENANT });
  fronts.close();
  await assert.rejects(waiting, { id: 'call-lost' });
});

test('a front greets anew when the core comes back, with the segments of that moment', async () => {
  const socket = newSocket();
  const first = openCore(socket);
  let open: readonly string[] | null = null;
  const { line } = openLine(socket, () => open);
  await until(() => first.told.length === 1);
  first.fronts.close();
  await until(() => !line.isUp);
  line.accepted(reference('lost'));
  open = ['2'];
  const second = openCore(socket);
  await until(() => second.told.length === 1);
  assert.deepEqual([first.told[0], second.told], ['hello 3 null', ['hello 3 2']]);
});

test('of two lines of one front only the newer is heard', async () => {
  const socket = newSocket();
  const { told } = openCore(socket);
  const dial = () => frameLink<FrontToCore, CoreToFront>(connect(socket) as Socket, () => undefined);
  const hello = (openSegments: string[]): FrontHello => ({ kind: 'hello', front: 5, openSegments, undecided: [] });
  const old = dial();
  old.send(hello(['1']));
  await until(() => told.length === 1);
  const young = dial();
  young.send(hello(['2']));
  await old.closed;
  old.send({ kind: 'accepted', reference: reference('late') });
  young.send({ kind: 'metrics', snapshot: [] });
  await until(() => told.includes('metrics 5 there'));
  await sleep(20);
  assert.deepEqual(told, ['hello 5 1', 'hello 5 2', 'metrics 5 there'], 'nor do its numbers go with the old line');
  young.close();
  await until(() => told.includes('metrics 5 gone'));
});

test('a core that reads nothing for long costs the hints, not the memory: the line is made anew', async () => {
  const socket = newSocket();
  const connections: Socket[] = [];
  const server = createServer((connection) => connections.push(connection.pause())).listen(socket);
  after(() => server.close());
  const { line, log } = openLine(socket);
  await until(() => connections.length === 1);
  const big = { kind: 'accepted', reference: { ...reference('big'), body: Buffer.alloc(8 * 1024 * 1024) } } as never;
  for (let i = 0; i < 40 && line.isUp; i++) {
    line.tell(big);
    await sleep(1);
  }
  assert.ok(log.events.some(({ event }) => event === 'front.hints-given-up'));
  line.accepted(reference('not told'));
  await assert.rejects(line.ask({ what: 'recipients', tenant: TENANT }), /no line/);
  connections[0]!.destroy();
  await until(() => connections.length === 2 && line.isUp);
  for (const connection of connections) connection.destroy();
});
