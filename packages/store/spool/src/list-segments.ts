import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
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

/**
 * Which of the listed segments take no more records, when `live` is what their front's writer said was live at some
 * moment, before the listing or after it. One newer than all live ones may have been made since and is not closed; of
 * other fronts, or when nothing was live, nothing is known.
 */
export function closedSegments(listed: readonly SegmentFile[], live: readonly string[]): SegmentFile[] {
  const open = new Set(live.map((file) => basename(file)));
  const newest = live.map((file) => parseSegmentFileName(basename(file))).filter((one) => one !== null);
  const last = newest.reduce((most, { number }) => Math.max(most, number), -1);
  return listed.filter(
    ({ file, front, number }) => front === newest[0]?.front && number < last && !open.has(basename(file)),
  );
}
