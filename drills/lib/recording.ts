import { cpSync } from 'node:fs';
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

/** What clients, archive and next hop are to be compared with after a cut. */
export type Past = Pick<Recording, 'prepared' | 'sent' | 'copies' | 'stops'>;

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

/**
 * Runs a house under strace, from its start to an orderly stop: on a fresh data folder, or on what an earlier recording
 * left after a cut, so that recovery itself is recorded.
 */
export async function record(folder: string, plan: RecordingPlan, chance: Chance, past?: Past): Promise<Recording> {
  const { sink, messages, tenants } = plan;
  sink.forget();
  for (const copy of past?.copies ?? []) sink.remember(copy);
  const prepared = past?.prepared ?? (await prepare(folder, tenants, sink.port));
  const before = `${prepared.dataFolder}-before`;
  const trace = `${prepared.dataFolder}-trace`;
  cpSync(prepared.dataFolder, before, { recursive: true });
  const under = ['strace', '--seccomp-bpf', ...straceArguments(trace)];
  const house = await House.open({ folder, dataFolder: prepared.dataFolder, limits: SMALL_SEGMENTS, under });
  const stops: Stop[] = [...(past?.stops ?? [])];
  const known = past?.sent ?? [];
  try {
    await house.start();
    const load = { port: house.smtpPort, tenants: prepared.tenants, sessions: SESSIONS, pauseMs: PAUSE_MS, chance };
    const sender = new Sender({ ...load, messages, largeShare: 0.015, firstNumber: known.length + 1 });
    if (plan.kill) {
      while (sender.sent.length < messages / 2) await sleep(20);
      const from = Date.now();
      house.kill(plan.kill);
      if (plan.kill !== 'front') stops.push({ from, to: from + DEATH_MS });
    }
    await sender.finished();
    await house.ready();
    const sent = [...known, ...sender.sent];
    await drained(house, () => sent, sink, DRAIN_MS);
    await sleep(AFTER_MS);
    await house.stop();
    const { calls, replies } = await relevant(trace, prepared.dataFolder, house.smtpPort);
    for (const { spoolId, outcome } of known) if (outcome === 'accepted') replies.set(spoolId!, -1);
    return { prepared, before, calls, replies, sent, copies: [...sink.copies], stops, happened: happenedIn(calls) };
  } finally {
    await house.clear();
  }
}

/** What was known when the power went at call `at`: whose 250 had gone out by then, and what the next hop had. */
export function pastAt({ prepared, calls, replies, sent, copies, stops }: Recording, at: number, cut: string): Past {
  const { ended: position, at: time } = calls[at]!;
  const hadReply = (spoolId: string | null) =>
    spoolId !== null && (replies.get(spoolId) ?? Number.POSITIVE_INFINITY) < position;
  return {
    prepared: { ...prepared, dataFolder: cut },
    sent: sent.map((one) => ({ ...one, outcome: hadReply(one.spoolId) ? 'accepted' : 'unknown' })),
    copies: copies.filter(({ repliedAt }) => repliedAt !== null && repliedAt <= time),
    stops: [...stops, { from: time, to: time }],
  };
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
