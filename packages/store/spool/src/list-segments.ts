import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseSegmentFileName } from './names.ts';

/** A segment's file, as its name tells it. */
export interface SegmentFile {
  readonly file: string;
  readonly front: number;
  /** Grows with time within one front. */
  readonly number: number;
}

/** All segments that are not dropped, by front, the oldest first. An absent folder has none. */
export async function listSegments(folder: string): Promise<SegmentFile[]> {
  let names: string[];
  try {
    names = await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  return names
    .map((name) => ({ file: join(folder, name), facts: parseSegmentFileName(name) }))
    .filter((one) => one.facts !== null)
    .map(({ file, facts }) => ({ file, ...facts! }))
    .sort((a, b) => a.front - b.front || a.number - b.number);
}
