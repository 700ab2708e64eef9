import type { Figure } from './figure.ts';

/** What may be asked of every bench. */
export interface BenchOptions {
  /** Rounds in which ours and the peers take turns; medians are over them. */
  readonly rounds: number;
  /** Small enough for the gate: fewer messages, only what has a floor. */
  readonly quick: boolean;
  /** Share of the full amount of work, for benches that grow something. */
  readonly scale: number;
  /** Only the cases whose name contains this. */
  readonly only: string;
}

/** A bench: measures, says in lines for people what it sees, and gives its figures back. */
export type Bench = (options: BenchOptions) => Promise<readonly Figure[]>;

/** One line of a table for people. */
export function tell(...cells: readonly (string | number)[]): void {
  console.log(cells.map((cell) => (typeof cell === 'number' ? formatNumber(cell) : cell)).join('  '));
}

const formatNumber = (value: number) => (Math.abs(value) >= 100 ? value.toFixed(0) : value.toFixed(2));

/** Waits until `isSo` holds, looking every `everyMs`; rejects when it does not within the time. */
export async function until(isSo: () => boolean, what: string, withinMs: number, everyMs = 10): Promise<void> {
  const last = performance.now() + withinMs;
  while (!isSo()) {
    if (performance.now() > last) throw new Error(`Waited ${withinMs} ms in vain: ${what}`);
    await sleep(everyMs);
  }
}

export const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
