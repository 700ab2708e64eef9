import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Chance } from './chance.ts';
import { House, type Part } from './house.ts';
import type { Stop } from './oracle.ts';
import { prepare, type Prepared } from './prepare.ts';
import { Sender, type Sent } from './sender.ts';
import { drained } from './settle.ts';
import type { Copy, Sink } from './sink.ts';
import {
  descriptorOf,
  pathOfDescriptor,
  readTrace,
  type Syscall,
  straceArguments,
  stringsOf,
} from './syscall-trace.ts';

/** One loaded run of a house, with every file operation of its processes in order. */
export interface Recording {
  readonly prepared: Prepared;
  /** The data folder as it was before the run. */
  readonly before: string;
  /** Calls on the data folder, and those by which a 250 went to a client. */
  readonly calls: readonly Syscall[];
  /** By spool id, the position at which the write of its 250 began. */
  readonly replies: ReadonlyMap<string, number>;
  readonly sent: readonly Sent[];
  readonly copies: readonly Copy[];
  /** When a process that delivers was killed in it. */
  readonly stops: readonly Stop[];
  /** What happened in it, by how often: a recording without these would prove little. */
  readonly happened: Readonly<
    Record<'segments dropped' | 'spares used again' | 'bodies adopted' | 'logs folded', number>
  >;
}

export interface RecordingPlan {
  readonly messages: number;
  readonly tenants: number;
  /** A process to kill in the middle, so that cuts meet a house that was taken up again. */
  readonly kill: Part | null;
  readonly sink: Sink;
}

const SESSIONS = 6;
/** Slow enough that accepting and everything behind it happen side by side in the trace. */
const PAUSE_MS = 70;
/** A killed process that is traced may take so long to be gone. */
const DEATH_MS = 200;
const DRAIN_MS = 20_000;
/** Long enough for checkpoints and the dropping of segments after the last message. */
const AFTER_MS = 600;

/** Small, so that segments are rotated and used again within a few hundred messages. */
export const SMALL_SEGMENTS = { segment_mib: 1, reserve_mib: 16 } as const;

/** Runs a house under strace on a fresh data folder, from the first start to an orderly stop. */
export async function record(folder: string, plan: RecordingPlan, chance: Chance): Promise<Recording> {
  const { sink, messages, tenants } = plan;
  sink.forget();
  const prepared = await prepare(folder, tenants, sink.port);
  const before = join(folder, 'before');
  cpSync(prepared.dataFolder, before, { recursive: true });
  const trace = join(folder, 'trace');
  const house = await House.open({
    folder,
    limits: SMALL_SEGMENTS,
    under: ['strace', '--seccomp-bpf', ...straceArguments(trace)],
  });
  const stops: Stop[] = [];
  try {
    await house.start();
    const load = { port: house.smtpPort, tenants: prepared.tenants, sessions: SESSIONS, pauseMs: PAUSE_MS, chance };
    const sender = new Sender({ ...load, messages, largeShare: 0.015 });
    if (plan.kill) {
      while (sender.sent.length < messages / 2) await sleep(20);
      const from = Date.now();
      house.kill(plan.kill);
      if (plan.kill !== 'front') stops.push({ from, to: from + DEATH_MS });
    }
    await sender.finished();
    await house.ready();
    await drained(house, () => sender.sent, sink, DRAIN_MS);
    await sleep(AFTER_MS);
    await house.stop();
    const { calls, replies } = await relevant(trace, prepared.dataFolder, house.smtpPort);
    const copies = [...sink.copies];
    return {
      prepared,
      before,
      calls,
      replies,
      sent: sender.sent,
      copies,
      stops,

      happened: happenedIn(calls),
    };
  } finally {
    await house.clear();
  }
}

async function relevant(trace: string, root: string, smtpPort: number) {
  const calls: Syscall[] = [];
  const replies = new Map<string, number>();
  const isUnder = (path: string | null) => path === root || (path?.startsWith(`${root}/`) ?? false);
  for await (const call of readTrace(trace)) {
    const path = pathOfDescriptor(call.args);
    const isNamed = path === null && !/^\d/.test(call.args);
    if (isUnder(path) || (isNamed && stringsOf(call.args).some((text) => isUnder(String(text))))) calls.push(call);
    else if (descriptorOf(call.args)?.startsWith(`TCP:[127.0.0.1:${smtpPort}->`)) {
      const text = Buffer.concat(stringsOf(call.args)).toString('latin1');
      const ids = [...text.matchAll(/250 2\.0\.0 Accepted as (\w+)/g)].map((match) => match[1]!);
      for (const id of ids) replies.set(id, call.began);
      if (ids.length > 0) calls.push(call);
    }
  }
  return { calls, replies };
}

function happenedIn(calls: readonly Syscall[]): Recording['happened'] {
  const happened = { 'segments dropped': 0, 'spares used again': 0, 'bodies adopted': 0, 'logs folded': 0 };
  let written = '';
  for (const { name, args, result } of calls) {
    if (result < 0) continue;
    if (name === 'rename') {
      const [from, to] = stringsOf(args).map(String) as [string, string];
      if (from.endsWith('.segment') && to.endsWith('.spare')) happened['segments dropped'] += 1;
      if (from.endsWith('.spare') && to.endsWith('.tmp')) happened['spares used again'] += 1;
    }
    if (name === 'link') happened['bodies adopted'] += 1;
    if (name !== 'pwrite64') continue;
    const path = pathOfDescriptor(args) ?? '';
    if (/\/g\d+\.db$/.test(path) && written.endsWith('-wal')) happened['logs folded'] += 1;
    if (path.includes('.db')) written = path;
  }
  return happened;
}
