/** Time as the rest of the house sees it. */
export interface Clock {
  /** Milliseconds since 1970, UTC. */
  now(): number;
  /** Milliseconds from an arbitrary start that never goes back. */
  monotonic(): number;
}

/** The machine's clocks; `skewMs` shifts the calendar clock, for drills. */
export function systemClock(skewMs = Number(process.env['SEKISHO_CLOCK_SKEW_MS'] ?? 0)): Clock {
  return { now: () => Date.now() + skewMs, monotonic: () => performance.now() };
}
