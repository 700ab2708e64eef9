/** `npm test`: every test that needs only the repository. `npm test -- PATTERN` narrows it to paths that hold the text. */
import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';

process.chdir(join(dirname(import.meta.filename), '..'));
const wanted = process.argv[2] ?? '';
const files = globSync([
  'packages/*/*/src/**/*.test.ts',
  'apps/*/src/**/*.test.ts',
  'tools/**/*.test.ts',
  'drills/**/*.test.ts',
  'bench/**/*.test.ts',
  'corpora/**/*.test.ts',
])
  .filter((file) => !/\.(neighbours|corpora)\.test\.ts$/.test(file) && file.includes(wanted))
  .sort();
if (files.length === 0) {
  console.error(`npm test: no test file has "${wanted}" in its path`);
  process.exit(1);
}
const { status } = spawnSync(
  process.execPath,
  ['--test', `--test-concurrency=${availableParallelism()}`, '--test-timeout=120000', ...files],
  { stdio: 'inherit' },
);
process.exit(status ?? 1);
