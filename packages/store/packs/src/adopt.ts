import { statSync } from 'node:fs';
import type { FileOps } from './file-ops.ts';

const NO_LINK = new Set(['EXDEV', 'EPERM', 'EMLINK', 'ENOTSUP', 'EOPNOTSUPP']);

/**
 * Gives a file a second name, or makes a copy where that cannot be. `copy` is the descriptor of a copy, which must be
 * synced. Doing it again after a crash gives the same result; half a copy is replaced.
 */
export function adoptFile(file: string, to: string, ops: FileOps): { length: number; copy: number | null } {
  const from = statSync(file);
  try {
    ops.link(file, to);
    return { length: from.size, copy: null };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST' && isSameFile(from, statSync(to))) return { length: from.size, copy: null };
    if (code !== 'EEXIST' && !NO_LINK.has(code ?? '')) throw error;
  }
  const temporary = `${to}.tmp`;
  if (statSync(temporary, { throwIfNoEntry: false })) ops.unlink(temporary);
  ops.copy(file, temporary);
  ops.rename(temporary, to);
  return { length: from.size, copy: ops.open(to, 'r+') };
}

type Identity = { readonly dev: number; readonly ino: number };
const isSameFile = (a: Identity, b: Identity) => a.dev === b.dev && a.ino === b.ino;
