/** `npm run drill -- NAME [--rounds N|ci] [--seed N]`: does harm on purpose, and shows that nothing was lost. */
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { tellFigures } from '../bench/lib/figure.ts';
import { crash } from './crash.ts';
import { diskError } from './disk-error.ts';
import { fsyncError } from './fsync-error.ts';
import { fullDisk } from './full-disk.ts';
import { powerCut } from './power-cut.ts';
import { type Drill, told } from './lib/drill.ts';

const DRILLS: readonly Drill[] = [crash, powerCut, fullDisk, fsyncError, diskError];

const isThere = {
  strace: () => spawnSync('strace', ['-V'], { stdio: 'ignore' }).status === 0,
  root: () => process.getuid?.() === 0,
};

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
for (const drill of wanted) held = (await runDrill(drill)) && held;
process.exit(held ? 0 : 1);

/** Runs one drill and tells its figures; false when a floor is not held, or when it cannot be run to its end. */
async function runDrill(drill: Drill): Promise<boolean> {
  const missing = drill.needs.find((need) => !isThere[need]());
  if (missing) {
    console.error(`Cannot run drill "${drill.name}": it needs ${missing}`);
    return false;
  }
  const rounds = values.rounds === 'ci' ? drill.rounds.ci : Number(values.rounds ?? drill.rounds.usual);
  const started = performance.now();
  try {
    const figures = await drill.run({ rounds, seed });
    const seconds = (performance.now() - started) / 1000;
    return tellFigures([
      ...figures,
      told(`${drill.name}.rounds`, rounds, 'rounds'),
      told(`${drill.name}.took`, seconds, 's'),
    ]);
  } catch (error) {
    console.error(error);
    return false;
  }
}
