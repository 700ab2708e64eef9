import { setTimeout as sleep } from 'node:timers/promises';
import type { Outcome } from '../smtp/play-client.ts';
import type { SunkMessage } from '../smtp/sink.ts';
import { type Account, isSettled, type Kept, takeAccount } from './account.ts';

const LOOK_EVERY_MS = 250;
/** Nothing has changed for so long: nothing will. */
const STILL_MS = 45_000;

/** Waits until everything that was taken has come to its end, or nothing moves any more, and gives the account. */
export async function settle(about: {
  readonly outcomes: readonly Outcome[];
  readonly sunk: () => readonly SunkMessage[];
  readonly kept: () => Promise<readonly Kept[]>;
  /** Told how many forward-paths have come to an end, of how many. */
  readonly progress: (done: number, of: number) => void;
  readonly signal: AbortSignal;
}): Promise<Account> {
  let [last, lastAt] = ['', performance.now()];
  for (;;) {
    const account = takeAccount(about.outcomes, about.sunk(), await about.kept());
    const done = account.owed.filter(({ fates }) => fates.length > 0).length;
    about.progress(done, account.owed.length);
    const now = `${done} ${account.reports.length}`;
    if (now !== last) [last, lastAt] = [now, performance.now()];
    if (isSettled(account) || about.signal.aborted || performance.now() - lastAt > STILL_MS) return account;
    await sleep(LOOK_EVERY_MS);
  }
}
