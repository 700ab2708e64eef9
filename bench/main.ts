/**
 * `npm run bench -- NAME [--rounds N] [--quick] [--scale S] [--only TEXT] [--keep]`: measures, and ends with one line of
 * JSON per figure. `--keep` enters them into docs/performance.md.
 */
import { existsSync, globSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Bench } from './lib/bench.ts';
import { tellFigures } from './lib/figure.ts';
import { keepFigures } from './lib/keep.ts';
import { tellMachine } from './lib/machine.ts';

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
const [name = ''] = positionals;
const file = join(import.meta.dirname, `${name}.ts`);
if (!/^[a-z]+$/.test(name) || name === 'main' || !existsSync(file)) {
  const names = globSync('*.ts', { cwd: import.meta.dirname }).map((one) => basename(one, '.ts'));
  console.error(
    `Say which bench: ${names
      .filter((one) => one !== 'main')
      .sort()
      .join(', ')}`,
  );
  process.exit(2);
}
const { run } = (await import(file)) as { run: Bench };
tellMachine();
const { quick, only } = values;
const rounds = Number(values.rounds ?? (quick ? 2 : 5));
const figures = await run({ rounds, quick, scale: Number(values.scale), only });
if (values.keep) keepFigures(name, rounds, figures);
process.exit(tellFigures(figures) ? 0 : 1);
