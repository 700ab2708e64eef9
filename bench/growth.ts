/**
 * What a message costs as the house grows: processor time of the whole tree for each message, with few and with many
 * messages in the archive, of one tenant and of a thousand. It should stay the same within fifteen parts of a hundred.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Bench, tell } from './lib/bench.ts';
import { type Figure, median } from './lib/figure.ts';
import { type House, startHouse } from './lib/house.ts';
import { makeSignedMails } from './lib/mails/signed-mails.ts';
import { needs } from './lib/needs.ts';
import { formatCpu } from './lib/processes.ts';
import { freePorts, openScratch } from './lib/scratch.ts';
import { type Sender, startSender } from './lib/sender.ts';
import { type Sink, startSink } from './lib/sink.ts';

const FEW_MESSAGES = 10_000;
const MANY_MESSAGES = 300_000;
const MANY_TENANTS = 1000;
/** Messages whose cost is measured at each point, in parts of which the median counts. */
const MEASURED = { parts: 5, messages: 2000 };
/** Messages between two looks while the house fills, so that no backlog grows without end. */
const STEP = 10_000;
const SESSIONS = 32;
const MAIL_OCTETS = 4096;
const ALLOWED = 0.15;

interface Costs {
  readonly few: number;
  readonly many: number;
}

export const run: Bench = async ({ scale, quick, only }) => {
  needs('smtp-sink');
  const share = quick ? 0.05 : scale;
  const sizes = {
    few: Math.max(2000, Math.round(FEW_MESSAGES * Math.max(share, 0.2))),
    many: Math.round(MANY_MESSAGES * share),
  };
  const tenantCounts = [1, Math.max(20, Math.round(MANY_TENANTS * share))];
  const costs = new Map<number, Costs>();
  for (const tenants of tenantCounts) {
    if (!`growth.${tenants}`.includes(only)) continue;
    costs.set(tenants, await grow(tenants, sizes));
  }
  return figuresOf(costs, quick || share < 1);
};

async function grow(tenants: number, sizes: { readonly few: number; readonly many: number }): Promise<Costs> {
  using scratch = openScratch('growth');
  const folder = join(scratch.folder, 'house');
  mkdirSync(folder);
  const { sets, zones } = await makeSignedMails([{ count: 600, sizeOctets: MAIL_OCTETS }]);
  const [port] = (await freePorts(1)) as [number];
  const sink = await startSink(port);
  const domains = Array.from({ length: tenants }, (_, at) => `tenant-${at}.test`);
  const house = await startHouse({
    folder,
    settings: {},
    zones,
    tenants: domains.map((domain, at) => ({ name: `tenant-${at}`, domain, sinkPort: port })),
  });
  const sender = await startSender(sets[0]!);
  const means = { house, sink, sender, recipients: domains.map((domain) => `hanako@${domain}`) };
  try {
    await fill(means, sizes.few);
    const few = await costNow(means, `${tenants} tenants, ${sizes.few} messages`);
    await fill(means, sizes.many - sizes.few - MEASURED.parts * MEASURED.messages);
    return { few, many: await costNow(means, `${tenants} tenants, ${sizes.many} messages`) };
  } finally {
    sender.close();
    await house.stop();
    sink.stop();
  }
}

interface Means {
  readonly house: House;
  readonly sink: Sink;
  readonly sender: Sender;
  readonly recipients: readonly string[];
}

async function fill(means: Means, messages: number): Promise<void> {
  const started = performance.now();
  for (let left = messages; left > 0; left -= STEP) await pass(means, Math.min(STEP, left));
  if (messages > 0)
    tell('filled with', messages, 'at', (messages * 1000) / (performance.now() - started), 'messages/s');
}

/** Sends messages and waits until nothing of them is left to do. */
async function pass({ house, sink, sender, recipients }: Means, messages: number): Promise<void> {
  const count = sink.count();
  await sender.send({ port: house.port, sessions: SESSIONS, messages, recipients });
  await sink.waitFor(messages, count);
  await house.settled();
}

/** Processor time of a message, in microseconds of the whole tree. */
async function costNow(means: Means, where: string): Promise<number> {
  const costs: number[] = [];
  const table = means.house.cpuTable();
  for (let part = 0; part < MEASURED.parts; part++) {
    const before = means.house.cpuSeconds();
    await pass(means, MEASURED.messages);
    costs.push(((means.house.cpuSeconds() - before) * 1e6) / MEASURED.messages);
  }
  tell(where.padEnd(34), median(costs), 'us of processor a message', `(${costs.map(Math.round).join(' ')})`);
  tell(`    ${formatCpu(table, means.house.cpuTable(), MEASURED.parts * MEASURED.messages)}`);
  return median(costs);
}

function figuresOf(costs: ReadonlyMap<number, Costs>, isShort: boolean): Figure[] {
  const bound = { floor: isShort ? null : ALLOWED, goal: ALLOWED, lessIsBetter: true } as const;
  const told = { unit: 'us/message', floor: null, goal: null } as const;
  const all = [...costs];
  const figures: Figure[] = all.flatMap(([tenants, { few, many }]) => [
    { name: `growth.${tenants}-tenants.few`, value: few, ...told },
    { name: `growth.${tenants}-tenants.many`, value: many, ...told },
    { name: `growth.${tenants}-tenants.change`, value: Math.abs(many / few - 1), unit: 'of the cost', ...bound },
  ]);
  if (all.length === 2) {
    const [[, one], [, thousand]] = all as [[number, Costs], [number, Costs]];
    figures.push({
      name: 'growth.tenants.change',
      value: Math.abs(thousand.many / one.many - 1),
      unit: 'of the cost',
      ...bound,
    });
  }
  return figures;
}
