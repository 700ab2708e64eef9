/**
 * Durable accept: messages a second that get 250 after their octets are synced, sealed in the spool, against Postfix
 * that syncs a queue file for each. The load is Postfix's own generator; nothing runs behind either of them. Then the
 * same once more on a disk whose syncs take 2 ms longer.
 */
import { join } from 'node:path';
import { type Bench, type BenchOptions, sleep, tell } from './lib/bench.ts';
import { type Figure, median } from './lib/figure.ts';
import { type FrontAlone, startFrontAlone } from './lib/front.ts';
import { runLoad } from './lib/load.ts';
import { needs } from './lib/needs.ts';
import { type Postfix, startPostfix } from './lib/postfix.ts';
import { freePorts, openScratch } from './lib/scratch.ts';
import { buildSlowSync } from './lib/slow-sync.ts';

/** One row: how large, how many at once, and what the design wants (§8). */
interface Case {
  readonly name: string;
  readonly sizeOctets: number;
  readonly sessions: number;
  readonly reconnect?: boolean;
  /** Messages in a round, for us and for Postfix: a second or two of each. */
  readonly messages: readonly [ours: number, peer: number];
  readonly floor: number | null;
  readonly goal: number | null;
}

const KIB = 1024;
const SLOW_SYNC_US = 2000;
const CASES: readonly Case[] = [
  { name: '4k.32', sizeOctets: 4 * KIB, sessions: 32, messages: [20_000, 4000], floor: 4, goal: 6 },
  { name: '4k.8', sizeOctets: 4 * KIB, sessions: 8, messages: [12_000, 3000], floor: 2.5, goal: 4 },
  { name: '4k.1', sizeOctets: 4 * KIB, sessions: 1, messages: [3000, 1500], floor: 1.2, goal: 1.5 },
  { name: '64k.32', sizeOctets: 64 * KIB, sessions: 32, messages: [3000, 1500], floor: 2.5, goal: 4 },
  { name: '64k.8', sizeOctets: 64 * KIB, sessions: 8, messages: [2500, 1000], floor: null, goal: null },
  { name: '64k.1', sizeOctets: 64 * KIB, sessions: 1, messages: [1000, 500], floor: null, goal: null },
  {
    name: '4k.32-connections',
    sizeOctets: 4 * KIB,
    sessions: 32,
    reconnect: true,
    messages: [8000, 3000],
    floor: 2.5,
    goal: 4,
  },
];
/** At 32 sessions of 4 KiB, a sixth of the peer's processor time. */
const CPU_SHARE_GOAL = 1 / 6;

interface Measured {
  readonly perSecond: number;
  readonly cpuUs: number;
}

export const run: Bench = async (options) => {
  needs('postfix', 'smtp-source');
  const figures = await runOn('accept', options, null);
  if (options.quick) return figures;
  needs('cc');
  return [...figures, ...(await runOn('accept.slow-sync', options, SLOW_SYNC_US))];
};

async function runOn(title: string, options: BenchOptions, slowSyncUs: number | null): Promise<Figure[]> {
  const cases = CASES.filter(
    ({ name, floor }) => `${title}.${name}`.includes(options.only) && !(options.quick && floor === null),
  );
  if (cases.length === 0) return [];
  using scratch = openScratch('accept');
  const preload = slowSyncUs === null ? null : buildSlowSync(scratch.folder, slowSyncUs);
  const [peerPort] = (await freePorts(1)) as [number];
  const peer = startPostfix({ folder: join(scratch.folder, 'postfix'), port: peerPort, domains: 'hold', preload });
  const ours = await startFrontAlone(scratch.folder, preload);
  try {
    await warmUp(ours, peer);
    const rounds = new Map(cases.map((one) => [one, [] as [Measured, Measured][]]));
    for (let round = 0; round < options.rounds; round++) {
      for (const one of cases) {
        const pair: [Measured, Measured] = [
          await measureOurs(ours, one, options),
          await measurePeer(peer, one, options),
        ];
        rounds.get(one)!.push(pair);
        const [us, them] = pair;
        tell(
          `round ${round + 1}`,
          `${title}.${one.name}`.padEnd(30),
          us.perSecond,
          'against',
          them.perSecond,
          'messages/s;',
        );
        tell('   ', us.cpuUs, 'against', them.cpuUs, 'us of processor for each; ratio', us.perSecond / them.perSecond);
      }
    }
    return [...rounds].flatMap(([one, pairs]) => figuresOf(`${title}.${one.name}`, one, pairs));
  } finally {
    await ours.stop();
    peer.stop();
  }
}

/** Has the peer fork its processes, and our process compile what it runs often. */
async function warmUp(ours: FrontAlone, peer: Postfix): Promise<void> {
  const load = { sessions: 32, sizeOctets: 4 * KIB, from: 'a@sender.test', to: 'b@bench.test' };
  await runLoad({ ...load, port: ours.port, messages: 10_000 });
  await runLoad({ ...load, port: peer.port, messages: 500 });
  await ours.takeStock(0);
  peer.empty();
}

async function measureOurs(front: FrontAlone, one: Case, options: BenchOptions): Promise<Measured> {
  const messages = share(one.messages[0], options);
  const measured = await measure(front, messages, one);
  const kept = await front.takeStock(one.sizeOctets);
  if (kept !== messages) throw new Error(`${messages} messages got 250, and ${kept} are whole in the spool`);
  return measured;
}

async function measurePeer(postfix: Postfix, one: Case, options: BenchOptions): Promise<Measured> {
  const messages = share(one.messages[1], options);
  const measured = await measure(postfix, messages, one);
  const kept = postfix.held();
  if (kept !== messages) throw new Error(`${messages} messages got 250, and Postfix holds ${kept}`);
  postfix.empty();
  return measured;
}

const share = (messages: number, { quick, scale }: BenchOptions) => Math.ceil(messages * scale * (quick ? 0.4 : 1));

async function measure(
  server: { readonly port: number; cpuSeconds(): number },
  messages: number,
  { sessions, sizeOctets, reconnect = false }: Case,
): Promise<Measured> {
  await sleep(300);
  const before = server.cpuSeconds();
  const seconds = await runLoad({
    port: server.port,
    sessions,
    messages,
    sizeOctets,
    reconnect,
    from: 'a@sender.test',
    to: 'b@bench.test',
  });
  return { perSecond: messages / seconds, cpuUs: ((server.cpuSeconds() - before) * 1e6) / messages };
}

function figuresOf(name: string, one: Case, pairs: readonly [Measured, Measured][]): Figure[] {
  const over = (value: (us: Measured, them: Measured) => number) => median(pairs.map(([us, them]) => value(us, them)));
  const told = { floor: null, goal: null } as const;
  return [
    {
      name: `${name}.ratio`,
      value: over((us, them) => us.perSecond / them.perSecond),
      unit: 'x Postfix',
      floor: name.includes('slow-sync') ? null : one.floor,
      goal: one.goal,
    },
    { name: `${name}.rate`, value: over((us) => us.perSecond), unit: 'messages/s', ...told },
    { name: `${name}.peer-rate`, value: over((_, them) => them.perSecond), unit: 'messages/s', ...told },
    { name: `${name}.cpu`, value: over((us) => us.cpuUs), unit: 'us/message', ...told },
    { name: `${name}.peer-cpu`, value: over((_, them) => them.cpuUs), unit: 'us/message', ...told },
    {
      name: `${name}.cpu-share`,
      value: over((us, them) => us.cpuUs / them.cpuUs),
      unit: 'of Postfix',
      floor: null,
      goal: name === 'accept.4k.32' ? CPU_SHARE_GOAL : null,
      lessIsBetter: true,
    },
  ];
}
