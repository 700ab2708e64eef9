import { readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { FileOps } from './file-ops.ts';
import { parsePackName } from './place.ts';

const FILE = 'open-packs';

/** A pack that ended whole, and where it ended. */
export interface Tail {
  readonly pack: string;
  readonly octets: number;
}

/**
 * The packs that may be continued: written when all is synced and closed, removed before the first append, so that
 * after a crash there are none and no pack with an unknown end is ever appended to.
 */
export function readTails(folder: string): Tail[] {
  const tails: Tail[] = [];
  for (const line of linesOf(join(folder, FILE))) {
    const [pack = '', octets] = line.split(' ');
    if (parsePackName(pack) && sizeOf(join(folder, pack)) === Number(octets))
      tails.push({ pack, octets: Number(octets) });
  }
  return tails;
}

/** Removes the note; it is gone for good when the folder is synced. */
export function removeTails(folder: string): void {
  rmSync(join(folder, FILE), { force: true });
}

/** Notes the packs; all of them must be synced. */
export async function writeTails(folder: string, tails: readonly Tail[], ops: FileOps): Promise<void> {
  const temporary = join(folder, `${FILE}.tmp`);
  rmSync(temporary, { force: true });
  const fd = ops.open(temporary, 'wx+');
  try {
    ops.write(fd, [Buffer.from(tails.map(({ pack, octets }) => `${pack} ${octets}\n`).join(''))], 0);
    await ops.sync(fd);
  } finally {
    ops.close(fd);
  }
  ops.rename(temporary, join(folder, FILE));
  await ops.syncFolder(folder);
}

function linesOf(file: string): string[] {
  try {
    return readFileSync(file, 'latin1').split('\n').filter(Boolean);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? -1;
}
