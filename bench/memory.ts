/**
 * Memory of the whole process tree, shared pages counted once (PSS): with 300 tenants that have been served and are
 * idle, with 10,000 idle connections on top, and while a message of 50 MB goes from socket to next hop.
 */
import { mkdirSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { type Bench, sleep, tell } from './lib/bench.ts';
import type { Figure } from './lib/figure.ts';
import { type House, startHouse } from './lib/house.ts';
import { makeSignedMails } from './lib/mails/signed-mails.ts';
import { needs } from './lib/needs.ts';
import { freePorts, openScratch } from './lib/scratch.ts';
import { startSender } from './lib/sender.ts';
import { type Sink, startSink } from './lib/sink.ts';

const MEGABYTE = 1_000_000;
const TENANTS = 300;
const CONNECTIONS = 10_000;
const CONNECTIONS_PER_ADDRESS = 500;
const OPENED_AT_ONCE = 100;
const LARGE_OCTETS = 50 * MEGABYTE;
const LARGE_ROUNDS = 3;
/** The design's floor is 400: the core keeps about 350 MB after traffic. Held here: no more growth. */
const TENANTS_FLOOR_MB = 900;
/** Front, scan process and core together hold a large message more than twice for a moment; the goal is 2. */
const LARGE_FLOOR = 6;
/** Idle is what no longer falls: files that nobody asks for are closed after a minute, upkeep ends by itself. */
const IDLE = { everyMs: 10_000, looks: 5, within: 0.01, mostMs: 240_000 };
const SETTLE_MS = 5000;

export const run: Bench = async ({ quick, scale, only }) => {
  needs('smtp-sink');
  using scratch = openScratch('memory');
  const folder = join(scratch.folder, 'house');
  mkdirSync(folder);
  const tenants = Math.round(TENANTS * scale);
  const { sets, zones } = await makeSignedMails([{ count: 100, sizeOctets: 4096 }]);
  const [port] = (await freePorts(1)) as [number];
  const sink = await startSink(port);
  const domains = Array.from({ length: tenants }, (_, at) => `tenant-${at}.test`);
  const house = await startHouse({
    folder,
    zones,
    settings: { 'smtp.connections-per-address': 2 * CONNECTIONS_PER_ADDRESS },
    tenants: domains.map((domain, at) => ({ name: `tenant-${at}`, domain, sinkPort: port })),
  });
  const sender = await startSender(sets[0]!);
  try {
    const serve = async (messages: number) => {
      const before = sink.count();
      const recipients = domains.map((domain) => `hanako@${domain}`);
      await sender.send({ port: house.port, sessions: 32, messages, recipients });
      await sink.waitFor(messages, before);
      await house.settled();
    };
    await serve(tenants * (quick ? 2 : 10));
    await untilIdle(house);
    tell(house.pssTable());
    const figures = [figureOf(`memory.${tenants}-tenants`, house.pssOctets(), TENANTS_FLOOR_MB, 300)];
    if ('memory.connections'.includes(only))
      figures.push(await idleConnections(house, Math.round(CONNECTIONS * scale)));
    if ('memory.large-message'.includes(only)) figures.push(...(await largeMessage(house, sink, domains[0]!)));
    return figures;
  } finally {
    sender.close();
    await house.stop();
    sink.stop();
  }
};

/** Waits until memory has stayed the same for several looks, or for as long as is reasonable. */
async function untilIdle(house: House): Promise<void> {
  const last = performance.now() + IDLE.mostMs;
  let level = house.pssOctets();
  for (let same = 0; same < IDLE.looks && performance.now() < last; same++) {
    await sleep(IDLE.everyMs);
    const now = house.pssOctets();
    if (Math.abs(now - level) <= level * IDLE.within) continue;
    [level, same] = [now, -1];
  }
}

function figureOf(name: string, octets: number, floor: number, goal: number): Figure {
  tell(name, octets / MEGABYTE, 'MB');
  return { name, value: octets / MEGABYTE, unit: 'MB', floor, goal, lessIsBetter: true };
}

/** What idle sessions cost: greeted, past EHLO, and silent, from many addresses of loopback. */
async function idleConnections(house: House, count: number): Promise<Figure> {
  const before = house.pssOctets();
  const sockets: Socket[] = [];
  try {
    for (let opened = 0; opened < count; opened += OPENED_AT_ONCE) {
      const localAddress = `127.0.1.${1 + Math.floor(opened / CONNECTIONS_PER_ADDRESS)}`;
      const some = Array.from({ length: OPENED_AT_ONCE }, () => openIdle(house.port, localAddress));
      sockets.push(...(await Promise.all(some)));
    }
    await sleep(SETTLE_MS);
    const isOpen = sockets.filter((socket) => !socket.closed).length;
    if (isOpen !== sockets.length) throw new Error(`Only ${isOpen} of ${sockets.length} connections are still open`);
    return figureOf(`memory.${sockets.length}-connections`, house.pssOctets() - before, 300, 300);
  } finally {
    for (const socket of sockets) socket.destroy();
    await sleep(500);
  }
}

function openIdle(port: number, localAddress: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', localAddress });
    let replies = 0;
    socket.on('error', reject);
    socket.on('data', (chunk) => {
      for (const line of chunk.toString('latin1').split('\r\n')) {
        if (!/^\d{3} /.test(line)) continue;
        replies += 1;
        if (!line.startsWith('2')) reject(new Error(`The house said "${line}"`));
        else if (replies === 1) socket.write('EHLO mx.sender.test\r\n');
        else resolve(socket);
      }
    });
  });
}

/** The highest level while a large message is received, inspected, archived and delivered, above that before. */
async function largeMessage(house: House, sink: Sink, domain: string): Promise<Figure[]> {
  const line = `${'0123456789abcdef'.repeat(4)}\r\n`;
  const head = 'From: <a@sender.test>\r\nTo: <b@bench.test>\r\nSubject: large\r\n\r\n';
  const large = Buffer.from(head + line.repeat(Math.floor((LARGE_OCTETS - head.length) / line.length)));
  const sender = await startSender([large]);
  let worst = 0;
  try {
    for (let round = 0; round < LARGE_ROUNDS; round++) {
      await house.settled();
      await sleep(2000);
      const [before, count] = [house.pssOctets(), sink.count()];
      let peak = before;
      let table = '';
      let isOver = false;
      const watching = (async () => {
        while (!isOver) {
          const now = house.pssOctets();
          if (now > peak) [peak, table] = [now, house.pssTable()];
          await sleep(30);
        }
      })();
      await sender.send({ port: house.port, sessions: 1, messages: 1, recipients: [`hanako@${domain}`] });
      await sink.waitFor(1, count);
      await house.settled();
      isOver = true;
      await watching;
      tell(`round ${round + 1}`, before / MEGABYTE, 'MB before, at most', peak / MEGABYTE, `MB: ${table}`);
      worst = Math.max(worst, peak - before);
    }
  } finally {
    sender.close();
  }
  const ratio = worst / large.length;
  return [
    figureOf(
      'memory.large-message.above',
      worst,
      LARGE_FLOOR * (large.length / MEGABYTE),
      2 * (large.length / MEGABYTE),
    ),
    {
      name: 'memory.large-message.ratio',
      value: ratio,
      unit: 'x its size',
      floor: LARGE_FLOOR,
      goal: 2,
      lessIsBetter: true,
    },
  ];
}
