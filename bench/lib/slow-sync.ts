import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** Builds a library that, loaded first (`LD_PRELOAD`), adds so many microseconds to each fsync, fdatasync and syncfs. */
export function buildSlowSync(folder: string, delayUs: number): string {
  const library = join(folder, 'slow-sync.so');
  const source = join(import.meta.dirname, 'slow-sync.c');
  const built = spawnSync('cc', [
    ...['-O2', '-shared', '-fPIC', `-DSLOW_SYNC_US=${delayUs}`, '-o', library, source, '-ldl'],
  ]);
  if (built.status !== 0) throw new Error(`Cannot build "${source}": ${built.stderr}`);
  return library;
}
