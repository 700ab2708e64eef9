/**
 * End to end: from the first octet sent until the last message is at the next hop. Ours: SPF, DKIM, DMARC and ARC
 * checked, attachments looked into, decided, sealed into the archive, indexed, queued, delivered. The peer: Postfix that
 * asks Rspamd as a milter and delivers; it archives and indexes nothing. Neither has an antivirus. Then the same load on
 * accept alone while all that runs behind it; and everything again on a disk whose syncs take 2 ms longer.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Bench, type BenchOptions, tell } from './lib/bench.ts';
import { type Figure, median } from './lib/figure.ts';
import { runLoad } from './lib/load.ts';
import { makeSignedMails } from './lib/mails/signed-mails.ts';
import { needs } from './lib/needs.ts';
import { type Side, startHoldingPeer, startOurSide, startPeerSide } from './lib/path-sides.ts';
import type { Postfix } from './lib/postfix.ts';
import { formatCpu } from './lib/processes.ts';
import { openScratch } from './lib/scratch.ts';
import { type Sender, startSender } from './lib/sender.ts';
import { buildSlowSync } from './lib/slow-sync.ts';

const KIB = 1024;
const SLOW_SYNC_US = 2000;

/** One row: how large, how many at once, and what the design wants (§8). */
interface Case {
  readonly name: string;
  readonly mails: 'small' | 'large';
  readonly sessions: number;
  /** Messages in a round, for us and for the peer: a few seconds of each. */
  readonly messages: readonly [ours: number, peer: number];
  readonly floor: number | null;
  readonly goal: number | null;
}

const CASES: readonly Case[] = [
  { name: '4k.32', mails: 'small', sessions: 32, messages: [9000, 1200], floor: 2.5, goal: 8 },
  { name: '4k.8', mails: 'small', sessions: 8, messages: [6000, 600], floor: 2.5, goal: null },
  { name: '64k.32', mails: 'large', sessions: 32, messages: [1500, 500], floor: null, goal: null },
  { name: '64k.8', mails: 'large', sessions: 8, messages: [1500, 300], floor: null, goal: null },
];
/** Accept while the path works: messages that wait already, and messages in the measured load. */
const BEHIND = { before: 3000, ours: 30_000, peer: 4000, sessions: 32, floor: 1, goal: 6 } as const;

interface Measured {
  readonly perSecond: number;
  readonly acceptedPerSecond: number;
  readonly cpuUs: number;
  /** Where the processor time went, for people. */
  readonly cpuTable: string;
}

interface Means {
  readonly ours: Side;
  readonly peer: Side;
  readonly holding: Postfix;
  readonly senders: Readonly<Record<Case['mails'], Sender>>;
  /** A small mail as a file, for the generator that repeats one. */
  readonly file: string;
}

export const run: Bench = async (options) => {
  needs('postfix', 'smtp-source', 'smtp-sink', 'rspamd', 'dnsmasq');
  const figures = await runOn('path', options, null);
  if (options.quick) return figures;
  needs('cc');
  return [...figures, ...(await runOn('path.slow-sync', options, SLOW_SYNC_US))];
};

async function runOn(title: string, options: BenchOptions, slowSyncUs: number | null): Promise<Figure[]> {
  const isWanted = (name: string, floor: number | null) =>
    `${title}.${name}`.includes(options.only) && !(options.quick && floor === null);
  const cases = CASES.filter(({ name, floor }) => isWanted(name, floor));
  const behindToo = isWanted('accept-behind', BEHIND.floor);
  if (cases.length === 0 && !behindToo) return [];
  using scratch = openScratch('path');
  const { folder } = scratch;
  const preload = slowSyncUs === null ? null : buildSlowSync(folder, slowSyncUs);
  const made = await makeSignedMails([
    { count: 600, sizeOctets: 4 * KIB },
    { count: 60, sizeOctets: 64 * KIB },
  ]);
  const [small, large] = made.sets as [Buffer[], Buffer[]];
  const file = join(folder, 'mail.eml');
  writeFileSync(file, small[0]!.toString('latin1').replaceAll('\r\n', '\n'), 'latin1');
  const side = { folder, zones: made.zones, preload };
  const means: Means = {
    ours: await startOurSide(side),
    peer: await startPeerSide(side),
    holding: await startHoldingPeer(folder, preload),
    senders: { small: await startSender(small), large: await startSender(large) },
    file,
  };
  try {
    await checkBoth(means);
    await warmUp(means);
    const figures = await endToEnd(title, cases, means, options);
    return behindToo ? [...figures, ...(await acceptBehind(title, means, options))] : figures;
  } finally {
    for (const sender of Object.values(means.senders)) sender.close();
    means.holding.stop();
    await Promise.all([means.ours.stop(), means.peer.stop()]);
  }
}

/** One mail through each, looked at where it arrives: both must have checked what they claim to check. */
async function checkBoth({ ours, peer, senders }: Means): Promise<void> {
  for (const { port, kept } of [ours, peer]) {
    await senders.small.send({ port, sessions: 1, messages: 1, recipients: ['taro@check.test'] });
    const { raw } = await kept.find(() => true);
    const head = raw.subarray(0, raw.indexOf('\r\n\r\n')).toString('latin1');
    for (const verdict of ['spf=pass', 'dkim=pass', 'dmarc=pass']) {
      if (!head.includes(verdict)) throw new Error(`A mail came through without "${verdict}":\n${head}`);
    }
  }
}

async function warmUp(means: Means): Promise<void> {
  const { ours, peer, senders, holding } = means;
  const warm: Case = { name: '', mails: 'small', sessions: 32, messages: [2000, 100], floor: null, goal: null };
  await measure(ours, senders.small, warm, 2000);
  await measure(ours, senders.large, warm, 200);
  await measure(peer, senders.small, warm, 100);
  await runLoad({ port: holding.port, sessions: 32, messages: 300, from: 'a@sender.test', to: 'b@bench.test' });
  holding.empty();
}

async function endToEnd(title: string, cases: readonly Case[], means: Means, options: BenchOptions): Promise<Figure[]> {
  const rounds = new Map(cases.map((one) => [one, [] as [Measured, Measured][]]));
  for (let round = 0; round < options.rounds; round++) {
    for (const one of cases) {
      const sender = means.senders[one.mails];
      const them = await measure(means.peer, sender, one, share(one.messages[1], options));
      const us = await measure(means.ours, sender, one, share(one.messages[0], options));
      rounds.get(one)!.push([us, them]);
      tell(`round ${round + 1}`, `${title}.${one.name}`.padEnd(24), us.perSecond, 'against', them.perSecond);
      tell('    messages/s end to end, ratio', us.perSecond / them.perSecond, '; accepted', us.acceptedPerSecond);
      tell('    against', them.acceptedPerSecond, '; processor', us.cpuUs, 'against', them.cpuUs, 'us a message:');
      tell(`    ${us.cpuTable}; against ${them.cpuTable}`);
    }
  }
  return [...rounds].flatMap(([one, pairs]) => figuresOf(`${title}.${one.name}`, one, pairs));
}

const share = (messages: number, { quick, scale }: BenchOptions) => Math.ceil(messages * scale * (quick ? 0.5 : 1));

async function measure(side: Side, sender: Sender, one: Case, messages: number): Promise<Measured> {
  await side.settled();
  const [cpu, table, count, started] = [side.cpuSeconds(), side.cpuTable(), side.sink.count(), performance.now()];
  const seconds = await sender.send({
    port: side.port,
    sessions: one.sessions,
    messages,
    recipients: ['hanako@bench.test'],
  });
  await side.sink.waitFor(messages, count);
  const perSecond = (messages * 1000) / (performance.now() - started);
  await side.settled();
  return {
    perSecond,
    acceptedPerSecond: messages / seconds,
    cpuUs: ((side.cpuSeconds() - cpu) * 1e6) / messages,
    cpuTable: formatCpu(table, side.cpuTable(), messages),
  };
}

function figuresOf(name: string, one: Case, pairs: readonly [Measured, Measured][]): Figure[] {
  const { goal } = one;
  const floor = name.includes('slow-sync') ? null : one.floor;
  const over = (value: (us: Measured, them: Measured) => number) => median(pairs.map(([us, them]) => value(us, them)));
  const told = { floor: null, goal: null } as const;
  return [
    { name: `${name}.ratio`, value: over((us, them) => us.perSecond / them.perSecond), unit: 'x peer', floor, goal },
    { name: `${name}.rate`, value: over((us) => us.perSecond), unit: 'messages/s', ...told },
    { name: `${name}.peer-rate`, value: over((_, them) => them.perSecond), unit: 'messages/s', ...told },
    { name: `${name}.cpu`, value: over((us) => us.cpuUs), unit: 'us/message', ...told },
    { name: `${name}.peer-cpu`, value: over((_, them) => them.cpuUs), unit: 'us/message', ...told },
  ];
}

/** How fast mail is taken while the house works on what it took before. */
async function acceptBehind(title: string, means: Means, options: BenchOptions): Promise<Figure[]> {
  const { ours, holding, senders, file } = means;
  const { sessions } = BEHIND;
  const load = { sessions, file, from: 'a@sender.test', to: 'hanako@bench.test', ehlo: 'mx.sender.test' };
  const pairs: { us: number; them: number; delivered: number }[] = [];
  for (let round = 0; round < options.rounds; round++) {
    const peerMessages = share(BEHIND.peer, options);
    const them = peerMessages / (await runLoad({ ...load, port: holding.port, messages: peerMessages }));
    holding.empty();
    const messages = share(BEHIND.ours, options);
    const before = share(BEHIND.before, options);
    const count = ours.sink.count();
    await senders.small.send({ port: ours.port, sessions, messages: before, recipients: ['hanako@bench.test'] });
    const already = ours.sink.count();
    const seconds = await runLoad({ ...load, port: ours.port, messages });
    const delivered = (ours.sink.count() - already) / seconds;
    await ours.sink.waitFor(before + messages, count);
    await ours.settled();
    pairs.push({ us: messages / seconds, them, delivered });
    tell(`round ${round + 1}`, `${title}.accept-behind`.padEnd(24), messages / seconds, 'against', them, 'messages/s');
    tell('    ratio', messages / seconds / them, '; delivered meanwhile', delivered, 'messages/s');
  }
  const over = (value: (pair: (typeof pairs)[number]) => number) => median(pairs.map(value));
  const name = `${title}.accept-behind`;
  const told = { unit: 'messages/s', floor: null, goal: null } as const;
  const { goal } = BEHIND;
  const floor = title.includes('slow-sync') ? null : BEHIND.floor;
  return [
    { name: `${name}.ratio`, value: over(({ us, them }) => us / them), unit: 'x Postfix', floor, goal },
    { name: `${name}.rate`, value: over(({ us }) => us), ...told },
    { name: `${name}.peer-rate`, value: over(({ them }) => them), ...told },
    { name: `${name}.delivered-meanwhile`, value: over(({ delivered }) => delivered), ...told },
  ];
}
