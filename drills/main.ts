/** `npm run drill -- NAME [--rounds N|ci] [--seed N]`: does harm on purpose, and shows that nothing was lost. */
import { parseArgs } from 'node:util';
import { tellFigures } from '../bench/lib/figure.ts';
import { crash } from './crash.ts';
import { diskError } from './disk-error.ts';
import { fsyncError } from './fsync-error.ts';
import { fullDisk } from './full-disk.ts';
import { powerCut } from './power-cut.ts';
import type { Drill } from './lib/drill.ts';

const DRILLS: readonly Drill[] = [crash, powerCut, fullDisk, fsyncError, diskError];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: 'string' }, seed: { type: 'string' } },
});
const [name = ''] = positionals;
const wanted = name === 'all' ? DRILLS : DRILLS.filter((drill) => drill.name === name);
if (wanted.length === 0) {
  console.error(
    `npm run drill -- NAME [--rounds N|ci] [--seed N]; NAME is one of: ${DRILLS.map((one) => one.name).join(', ')}, all`,
  );
  process.exit(2);
}

const seed = Number(values.seed ?? Date.now() % 1_000_000_000);
console.error(`seed ${seed}`);
let held = true;
for (const drill of wanted) {
  const rounds = values.rounds === 'ci' ? drill.rounds.ci : Number(values.rounds ?? drill.rounds.usual);
  const started = performance.now();
  const figures = await drill.run({ rounds, seed });
  const seconds = (performance.now() - started) / 1000;
  held =
    tellFigures([
      ...figures,
      { name: `${drill.name}.rounds`, value: rounds, unit: 'rounds', floor: null, goal: null },
      { name: `${drill.name}.took`, value: seconds, unit: 's', floor: null, goal: null },
    ]) && held;
}
process.exit(held ? 0 : 1);
