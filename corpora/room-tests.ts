import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { resolve } from 'node:path';

/** Runs the tests of the rooms that read the corpora; how many passed and failed. */
export function runRoomTests(folder: string): { readonly passed: number; readonly failed: number } {
  const files = globSync(['packages/*/*/src/**/*.corpora.test.ts', 'apps/*/src/**/*.corpora.test.ts']).sort();
  const { stdout, status } = spawnSync(
    process.execPath,
    ['--test', '--test-reporter=spec', '--test-timeout=150000', ...files],
    {
      env: { ...process.env, SEKISHO_CORPORA: resolve(folder) },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  console.log(stdout);
  const count = (name: string) => Number(new RegExp(`^ℹ ${name} (\\d+)$`, 'm').exec(stdout)?.[1] ?? 0);
  const failed = count('fail') + count('cancelled');
  return { passed: count('pass'), failed: status === 0 ? failed : Math.max(1, failed) };
}
