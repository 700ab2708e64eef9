import { fork } from 'node:child_process';
import type { Zones } from '@sekisho/ports';
import { sleep } from './bench.ts';
import { cpuByThread, cpuOfTree, pssByProcess, pssOfTree } from './processes.ts';
import { freePorts } from './scratch.ts';

/** What a house for a bench is made with. */
export interface HousePlan {
  readonly folder: string;
  readonly tenants: readonly { readonly name: string; readonly domain: string; readonly sinkPort: number }[];
  readonly settings: Readonly<Record<string, unknown>>;
  readonly zones: Zones;
  readonly smtpPort: number;
  readonly submissionPort: number;
  readonly httpPort: number;
}

/** The whole house, started for a bench. */
export interface House {
  readonly port: number;
  /** CPU seconds of all its processes so far. */
  cpuSeconds(): number;
  /** The same by process and kind of thread. */
  cpuTable(): ReadonlyMap<string, number>;
  /** Proportional memory of all its processes, in octets. */
  pssOctets(): number;
  /** The same by process, for people: `core 120 MB, front 80 MB`. */
  pssTable(): string;
  /** Sum of a metric over its labels that hold the given text. */
  metric(name: string, label?: string): Promise<number>;
  /** Resolves when nothing waits for inspection or a writer, and every segment is paid for. */
  settled(): Promise<void>;
  stop(): Promise<void>;
}

const ENTRY = new URL('./house-process.ts', import.meta.url).pathname;
const SETTLE_MS = 600_000;

/** Starts the house on a new data folder; `preload` is a library for all its processes. */
export async function startHouse(
  asked: Omit<HousePlan, 'smtpPort' | 'submissionPort' | 'httpPort'>,
  preload: string | null = null,
): Promise<House> {
  const [smtpPort, submissionPort, httpPort] = (await freePorts(3)) as [number, number, number];
  const child = fork(ENTRY, [], { env: { ...process.env, ...(preload ? { LD_PRELOAD: preload } : {}) } });
  await new Promise<void>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`The house ended with ${code}`)));
    child.once('message', () => resolve());
    child.send({ ...asked, smtpPort, submissionPort, httpPort } satisfies HousePlan);
  });
  const metric = async (name: string, label = '') => {
    const text = await (await fetch(`http://127.0.0.1:${httpPort}/metrics`)).text();
    const lines = text.split('\n').filter((line) => /^[{ ]/.test(line.slice(name.length)) && line.startsWith(name));
    return lines.filter((line) => line.includes(label)).reduce((sum, line) => sum + Number(line.split(' ')[1]), 0);
  };
  return {
    port: smtpPort,
    cpuSeconds: () => cpuOfTree(child.pid!),
    cpuTable: () => cpuByThread(child.pid!),
    pssOctets: () => pssOfTree(child.pid!),
    pssTable: () =>
      pssByProcess(child.pid!)
        .map(({ name, octets }) => `${name} ${Math.round(octets / 1e6)} MB`)
        .join(', '),
    metric,
    async settled() {
      const last = performance.now() + SETTLE_MS;
      for (;;) {
        const waiting = await metric('sekisho_waiting_messages');
        const owed = await metric('sekisho_spool_debt_messages');
        if (waiting === 0 && owed === 0) return;
        if (performance.now() > last) throw new Error(`After ${SETTLE_MS} ms ${waiting} wait and ${owed} are owed`);
        await sleep(100);
      }
    },
    async stop() {
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.send({ kind: 'stop' });
      await gone;
    },
  };
}
