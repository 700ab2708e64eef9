/**
 * `npm run bench -- NAME ... [--rounds N] [--quick] [--scale S] [--only TEXT] [--keep]`: measures, and ends with one line of
 * JSON per figure. `--keep` enters them into docs/performance.md.
 */
import { globSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Bench } from './lib/bench.ts';
import { tellFigures } from './lib/figure.ts';
import { keepFigures } from './lib/keep.ts';
import { machine } from './lib/machine.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string' },
    quick: { type: 'boolean', default: false },
    scale: { type: 'string', default: '1' },
    only: { type: 'string', default: '' },
    keep: { type: 'boolean', default: false },
  },
});
const names = globSync('*.ts', { cwd: import.meta.dirname })
  .map((file) => basename(file, '.ts'))
  .filter((name) => name !== 'main');
const strangers = positionals.filter((name) => !names.includes(name));
if (positionals.length === 0 || strangers.length > 0) {
  console.error(`Cannot run "${strangers.join('", "')}": say which of ${names.sort().join(', ')}`);
  process.exit(2);
}
const { quick, only } = values;
const rounds = Number(values.rounds ?? (quick ? 2 : 5));
let isHeld = true;
for (const name of positionals) {
  const { run } = (await import(join(import.meta.dirname, `${name}.ts`))) as { run: Bench };
  const where = machine();
  console.log(where);
  const figures = await run({ rounds, quick, scale: Number(values.scale), only });
  if (values.keep) keepFigures(name, rounds, figures, where);
  isHeld = tellFigures(figures) && isHeld;
}
process.exit(isHeld ? 0 : 1);
