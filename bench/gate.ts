/** The floors that hold for every change: the quick variant of each bench that has one, one after the other. */
import { run as accept } from './accept.ts';
import type { Bench } from './lib/bench.ts';
import type { Figure } from './lib/figure.ts';
import { run as memory } from './memory.ts';
import { run as neighbours } from './neighbours.ts';
import { run as path } from './path.ts';
import { run as search } from './search.ts';

const BENCHES: Readonly<Record<string, Bench>> = { accept, search, path, neighbours, memory };
const ROUNDS = 2;

export const run: Bench = async ({ scale, only }) => {
  const figures: Figure[] = [];
  for (const [name, bench] of Object.entries(BENCHES)) {
    const started = performance.now();
    figures.push(...(await bench({ rounds: ROUNDS, quick: true, scale, only })));
    console.log(`${name}: ${Math.round((performance.now() - started) / 1000)} s`);
  }
  return figures;
};
