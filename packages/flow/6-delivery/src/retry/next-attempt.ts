import type { Random } from '@sekisho/ports';
import type { RetrySchedule } from '../limits.ts';

/** What is known of a recipient that was not reached. */
export interface Waited {
  /** Attempts that ended, the last one included. */
  readonly attempts: number;
  /** When it entered the queue, or was put back by a person. */
  readonly queuedAt: number;
  readonly now: number;
}

/**
 * When to try again (RFC 5321 §4.5.4.1), or `null` when its time in the queue is over. The wait that would go past
 * the end is cut so that the last attempt happens at the end.
 */
export function nextAttempt(schedule: RetrySchedule, waited: Waited, random: Random): number | null {
  const end = waited.queuedAt + schedule.lifetimeMs;
  if (waited.now >= end) return null;
  const at = Math.min(Math.max(waited.attempts, 1), schedule.delaysMs.length) - 1;
  return Math.min(waited.now + jittered(schedule.delaysMs[at]!, schedule.jitter, random), end);
}

/** `ms` moved by at most its share `jitter` in either direction, in whole milliseconds. */
export function jittered(ms: number, jitter: number, random: Random): number {
  const chance = random.bytes(4).readUInt32BE() / 0x1_0000_0000;
  return Math.round(ms * (1 + jitter * (2 * chance - 1)));
}
