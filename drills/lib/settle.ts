import { setTimeout as sleep } from 'node:timers/promises';
import type { House } from './house.ts';
import { retryAll } from './oracle.ts';
import type { Prepared } from './prepare.ts';
import type { Sent } from './sender.ts';
import type { Sink } from './sink.ts';

/** For as long as something moves. */
const MOST_MS = 180_000;
const STILL_MS = 5000;
/** The next hop has not heard of us for so long. */
const QUIET_MS = 300;

/**
 * Lets a house finish what it has and stops it. What waits for its next attempt (a minute, as in service) is made due
 * by hand, once, so that a drill need not wait for it.
 */
export async function settleAndStop(
  house: House,
  prepared: Prepared,
  sent: () => readonly Sent[],
  sink: Sink,
): Promise<void> {
  await house.ready();
  await drained(house, sent, sink, MOST_MS);
  await house.stop();
  if ((await retryAll(prepared)) === 0) return;
  sink.mood = () => ({ kind: 'take' });
  await house.start();
  await drained(house, sent, sink, MOST_MS);
  await house.stop();
}

/** Waits until the next hop has everything that was accepted and the spool owes nothing, or nothing moves any more. */
export async function drained(house: House, sent: () => readonly Sent[], sink: Sink, withinMs: number): Promise<void> {
  const deadline = Date.now() + withinMs;
  let missing = sent().flatMap(({ outcome, number, recipients }) =>
    outcome === 'accepted' ? recipients.map((to) => ({ number, to })) : [],
  );
  let movedAt = Date.now();
  let before: number | null = null;
  while (Date.now() < deadline) {
    const left = missing.filter(({ number, to }) => !sink.hasTaken(number, to));
    const owed = await house.metric('sekisho_spool_debt_messages');
    if (left.length === 0 && owed === 0 && Date.now() - sink.lastAt > QUIET_MS) return;
    if (left.length < missing.length || owed !== before) movedAt = Date.now();
    if (Date.now() - movedAt > STILL_MS) return;
    missing = left;
    before = owed;
    await sleep(50);
  }
}
