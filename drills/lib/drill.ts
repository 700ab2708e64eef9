import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Figure } from '../../bench/lib/figure.ts';
import type { Verdict } from './oracle.ts';

/** What a drill is started with. */
export interface DrillOptions {
  readonly rounds: number;
  readonly seed: number;
}

/** A drill: does harm, looks, and says in figures what was found. */
export interface Drill {
  readonly name: string;
  /** Rounds when nobody says how many, and in continuous integration. */
  readonly rounds: { readonly usual: number; readonly ci: number };
  /** What the machine must have. */
  readonly needs: readonly ('strace' | 'root')[];
  run(options: DrillOptions): Promise<readonly Figure[]>;
}

/** A figure of which only 0 is good. */
export const none = (name: string, value: number, unit: string): Figure => ({
  name,
  value,
  unit,
  floor: 0,
  goal: 0,
  lessIsBetter: true,
});

/** A figure that is only told. */
export const told = (name: string, value: number, unit: string): Figure => ({
  name,
  value,
  unit,
  floor: null,
  goal: null,
});

/** A figure that must be reached. */
export const atLeast = (name: string, value: number, unit: string, floor: number): Figure => ({
  name,
  value,
  unit,
  floor,
  goal: floor,
});

/** Runs `work` in a folder of its own. It is removed when no fault was found, else kept and named. */
export async function inFolder(name: string, work: (folder: string) => Promise<readonly string[]>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), `sekisho-${name}-`));
  let isGood = false;
  try {
    const faults = await work(folder);
    for (const fault of faults) console.error(fault);
    isGood = faults.length === 0;
  } finally {
    if (isGood) rmSync(folder, { recursive: true, force: true });
    else console.error(`kept for a look: ${folder}`);
  }
}

/** The faults of a verdict as sentences; none when all is as it should be. */
export function faultsOf(verdict: Verdict): string[] {
  const lists = {
    lost: verdict.lost,
    torn: verdict.torn,
    'twice in the archive': verdict.twice,
    'never delivered': verdict.undelivered,
    'delivered again without an excuse': verdict.again,
    'changed at the next hop': verdict.changed,
    'still open in a queue': verdict.open.map(({ message, address, state }) => `${message} ${address} ${state}`),
    'not found by their own word': verdict.unfound,
    'wrong in a database or pack': verdict.faults,
  };
  const faults = Object.entries(lists)
    .filter(([, list]) => list.length > 0)
    .map(([what, list]) => `${list.length} ${what}: ${list.slice(0, 5).join(', ')}`);
  if (verdict.unindexed !== 0) faults.push(`${verdict.unindexed} stored and not in the index`);
  return faults;
}

/** Sums verdicts up as figures named after the drill. */
export function verdictFigures(name: string, verdicts: readonly Verdict[]): Figure[] {
  const sum = (count: (verdict: Verdict) => number) => verdicts.reduce((all, one) => all + count(one), 0);
  const counts = {
    lost: sum(({ lost }) => lost.length),
    torn: sum(({ torn, changed, faults }) => torn.length + changed.length + faults.length),
    twice: sum(({ twice }) => twice.length),
    undelivered: sum(({ undelivered, open }) => undelivered.length + open.length),
    'delivered-again': sum(({ again }) => again.length),
    unindexed: sum(({ unindexed, unfound }) => Math.abs(unindexed) + unfound.length),
  };
  const longestMs = Math.max(0, ...verdicts.map((one) => one.longestExcusedMs));
  return [
    told(
      `${name}.accepted`,
      sum(({ accepted }) => accepted),
      'messages',
    ),
    ...Object.entries(counts).map(([what, count]) => none(`${name}.${what}`, count, 'messages')),
    told(
      `${name}.delivered-again-in-flight`,
      sum(({ excused }) => excused),
      'messages',
    ),
    told(`${name}.longest-in-flight`, longestMs, 'ms'),
  ];
}
