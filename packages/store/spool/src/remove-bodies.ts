import { readdir, stat, unlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { isBodyFileName } from './names.ts';

/**
 * Removes files of large bodies that no record refers to: a crash came between body and record. `referenced` are the
 * `bodyFile`s of all undropped segments; younger files than `before` (milliseconds since 1970) are left, because
 * their records may be on the way. Gives the names it removed.
 */
export async function removeUnreferencedBodies(
  folder: string,
  referenced: Iterable<string>,
  before: number,
): Promise<string[]> {
  const kept = new Set([...referenced].map((file) => basename(file)));
  const removed: string[] = [];
  for (const name of await readdir(folder)) {
    if (!isBodyFileName(name) || kept.has(name)) continue;
    const file = join(folder, name);
    if ((await stat(file)).mtimeMs >= before) continue;
    await unlink(file);
    removed.push(name);
  }
  return removed;
}
