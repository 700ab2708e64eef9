import type { PortName } from '../house/ports.ts';
import { type Outcome, playOverSmtp } from '../smtp/play-client.ts';
import type { Play } from './play.ts';

const SESSIONS = 8;

/** Plays everything over eight connections at a time; the outcomes stand in the order of the plays. */
export async function playAll(
  plays: readonly Play[],
  portOf: (name: PortName) => number,
  progress: (done: number, of: number) => void,
  signal: AbortSignal,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  let [next, done] = [0, 0];
  const session = async () => {
    while (next < plays.length && !signal.aborted) {
      const at = next++;
      outcomes[at] = await playOverSmtp(plays[at]!, portOf(plays[at]!.port));
      progress(++done, plays.length);
    }
  };
  await Promise.all(Array.from({ length: SESSIONS }, session));
  return outcomes.filter(Boolean);
}
