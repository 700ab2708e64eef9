import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Zones } from '@sekisho/ports';
import { sleep } from './bench.ts';
import { startDns } from './dns.ts';
import { startHouse } from './house.ts';
import { type Postfix, startPostfix } from './postfix.ts';
import { startRspamd } from './rspamd.ts';
import { freePorts } from './scratch.ts';
import { type KeepingSink, type Sink, startKeepingSink, startSink } from './sink.ts';

/** One server with what stands behind it: `bench.test` goes to a sink that counts, `check.test` to one that keeps. */
export interface Side {
  readonly port: number;
  readonly sink: Sink;
  readonly kept: KeepingSink;
  cpuSeconds(): number;
  /** The same by process and kind of thread, where that is known. */
  cpuTable(): ReadonlyMap<string, number>;
  /** Resolves when nothing is left to do of what was sent. */
  settled(): Promise<void>;
  stop(): Promise<void>;
}

const RSPAMD_WORKERS = 2;

interface SideOptions {
  readonly folder: string;
  readonly zones: Zones;
  /** A library that every process of the side loads first. */
  readonly preload: string | null;
}

/** Our whole house. */
export async function startOurSide({ folder, zones, preload }: SideOptions): Promise<Side> {
  const { sink, kept } = await startSinks();
  const own = join(folder, 'house');
  mkdirSync(own);
  const tenants = [
    { name: 'bench', domain: 'bench.test', sinkPort: sink.port },
    { name: 'check', domain: 'check.test', sinkPort: kept.port },
  ];
  const house = await startHouse({ folder: own, tenants, settings: {}, zones }, preload);
  return {
    port: house.port,
    sink,
    kept,
    cpuSeconds: () => house.cpuSeconds(),
    cpuTable: () => house.cpuTable(),
    settled: () => house.settled(),
    async stop() {
      await house.stop();
      sink.stop();
      kept.stop();
    },
  };
}

/** Postfix that asks Rspamd about every message before it takes it, and delivers. */
export async function startPeerSide({ folder, zones, preload }: SideOptions): Promise<Side> {
  const { sink, kept } = await startSinks();
  const [port, milterPort, dnsPort] = (await freePorts(3)) as [number, number, number];
  const dns = await startDns(dnsPort, zones);
  const rspamdFolder = join(folder, 'rspamd');
  mkdirSync(rspamdFolder);
  const rspamd = await startRspamd({ folder: rspamdFolder, milterPort, dnsPort, workers: RSPAMD_WORKERS });
  const postfix = startPostfix({
    folder: join(folder, 'postfix'),
    port,
    milterPort,
    preload,
    domains: { 'bench.test': sink.port, 'check.test': kept.port },
  });
  return {
    port,
    sink,
    kept,
    cpuSeconds: () => postfix.cpuSeconds() + rspamd.cpuSeconds(),
    cpuTable: () =>
      new Map([
        ['postfix', postfix.cpuSeconds()],
        ['rspamd', rspamd.cpuSeconds()],
      ]),
    settled: () => sleep(200),
    async stop() {
      postfix.stop();
      await rspamd.stop();
      dns.stop();
      sink.stop();
      kept.stop();
    },
  };
}

/** Postfix that syncs a queue file for each message and does nothing else. */
export async function startHoldingPeer(folder: string, preload: string | null): Promise<Postfix> {
  const [port] = (await freePorts(1)) as [number];
  return startPostfix({ folder: join(folder, 'postfix-hold'), port, domains: 'hold', preload });
}

async function startSinks() {
  const [port] = (await freePorts(1)) as [number];
  const sink = await startSink(port);
  const [keptPort] = (await freePorts(1)) as [number];
  return { sink, kept: await startKeepingSink(keptPort) };
}
