import { stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { diskFileOps, type FileOps } from './file-ops.ts';
import { DEFAULT_SPOOL_LIMITS } from './limits.ts';
import { isSpareOf, parseSegmentFileName } from './names.ts';
import { formatDroppedHeader, SEGMENT_HEADER_OCTETS } from './segment-header.ts';

export interface DropOptions {
  /** Large bodies that only this segment's records refer to; they are unlinked. */
  readonly bodyFiles?: readonly string[];
  /** Keep the file as a spare when there are fewer than this many; 0 for a segment that failed. */
  readonly spareSegments?: number;
  readonly ops?: FileOps;
}

/**
 * Ends a segment whose records are all durable elsewhere: destroys its key in both headers, syncs that, and only then
 * gives the file up or keeps it as a spare. May be repeated after a crash.
 */
export async function dropSegment(file: string, options: DropOptions = {}): Promise<void> {
  const { ops = diskFileOps, bodyFiles = [], spareSegments = DEFAULT_SPOOL_LIMITS.spareSegments } = options;
  const facts = parseSegmentFileName(basename(file));
  if (!facts) throw new TypeError(`Cannot drop "${file}": it is not named as a segment is`);
  const folder = dirname(file);
  if (!(await destroyKey(file, ops))) return;
  for (const one of bodyFiles) await unlinkIfThere(one, ops);
  const spares = (await ops.list(folder)).filter((name) => isSpareOf(facts.front, name)).length;
  if (spares < spareSegments) await ops.rename(file, join(folder, basename(file).replace(/segment$/, 'spare')));
  else await ops.unlink(file);
  await ops.syncFolder(folder);
}

/** Overwrites both headers, the copy first; `false` when the file is gone already. */
async function destroyKey(file: string, ops: FileOps): Promise<boolean> {
  let fd: number;
  try {
    fd = await ops.open(file, 'r+');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
  try {
    const { size } = await stat(file);
    const dropped = formatDroppedHeader();
    if (size >= 2 * SEGMENT_HEADER_OCTETS) await ops.write(fd, [dropped], size - SEGMENT_HEADER_OCTETS);
    await ops.write(fd, [dropped], 0);
    await ops.sync(fd);
  } finally {
    await ops.close(fd);
  }
  return true;
}

async function unlinkIfThere(file: string, ops: FileOps): Promise<void> {
  try {
    await ops.unlink(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
