/** Fakes of time and chance, for tests only. (DNS has `zoneResolver`.) */
import { createHash } from 'node:crypto';
import type { Clock } from './clock.ts';
import type { Log } from './log.ts';
import { openMeter } from './meter.ts';
import type { Random } from './random.ts';

/** A clock that moves only when told. */
export function fakeClock(start = Date.UTC(2026, 10, 20, 12, 0, 0)): Clock & { advance(ms: number): void } {
  let elapsed = 0;
  return {
    now: () => start + elapsed,
    monotonic: () => elapsed,
    advance(ms) {
      elapsed += ms;
    },
  };
}

/** Chance that repeats for the same seed. */
export function fakeRandom(seed = 'sekisho'): Random {
  let counter = 0;
  return {
    bytes(count) {
      const blocks: Buffer[] = [];
      for (let made = 0; made < count; made += 32) {
        blocks.push(createHash('sha256').update(`${seed}:${counter++}`).digest());
      }
      return Buffer.concat(blocks).subarray(0, count);
    },
  };
}

/** A log that keeps its events for the test to look at. */
export function keptLog(): Log & { readonly events: { event: string; fields: object }[] } {
  const events: { event: string; fields: object }[] = [];
  const keep = (event: string, fields: object = {}) => void events.push({ event, fields });
  return { events, debug: keep, info: keep, warn: keep, error: keep };
}

export const testMeter = openMeter;
