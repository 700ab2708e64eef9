/**
 * The floors that hold for every change: the quick variant of each bench that has one, one after the other. A bench that
 * falls short is measured once more with more rounds before it counts, because two rounds beside other work say little.
 */
import { run as accept } from './accept.ts';
import type { Bench } from './lib/bench.ts';
import { type Figure, holdsFloor } from './lib/figure.ts';
import { run as memory } from './memory.ts';
import { run as neighbours } from './neighbours.ts';
import { run as path } from './path.ts';
import { run as search } from './search.ts';

const BENCHES: Readonly<Record<string, Bench>> = { accept, search, path, neighbours, memory };
const ROUNDS = 2;
const ROUNDS_AGAIN = 5;

export const run: Bench = async ({ scale, only }) => {
  const figures: Figure[] = [];
  for (const [name, bench] of Object.entries(BENCHES)) {
    const started = performance.now();
    let measured = await bench({ rounds: ROUNDS, quick: true, scale, only });
    if (!measured.every(holdsFloor)) {
      console.log(`${name}: below a floor, measured again with ${ROUNDS_AGAIN} rounds`);
      measured = await bench({ rounds: ROUNDS_AGAIN, quick: true, scale, only });
    }
    figures.push(...measured);
    console.log(`${name}: ${Math.round((performance.now() - started) / 1000)} s`);
  }
  return figures;
};
