import { fixturePlays } from './fixture-plays.ts';
import type { Play } from './play.ts';
import { receptions, spoofs, viruses } from './receptions.ts';
import { refusals } from './refusals.ts';
import type { Scene } from './scene.ts';
import { submissions } from './submissions.ts';

/** Everything that the demo plays, both directions mixed, in the same order each time. */
export async function allPlays(scene: Scene): Promise<Play[]> {
  const plays = [
    ...(await receptions(scene)),
    ...spoofs(scene),
    ...viruses(scene),
    ...fixturePlays(scene),
    ...submissions(scene),
    ...refusals(scene),
  ];
  return mixed(plays);
}

/** Shuffles by a fixed sequence (a linear congruence), so that two runs are alike. */
function mixed(plays: readonly Play[]): Play[] {
  const list = [...plays];
  let state = 20_261_120;
  for (let at = list.length - 1; at > 0; at--) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const other = state % (at + 1);
    [list[at], list[other]] = [list[other]!, list[at]!];
  }
  return list;
}
