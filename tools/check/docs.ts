/**
 * Checks the documents: links lead somewhere, each room has a page, decisions are in their list, the reference of
 * configuration is what the catalogues say.
 */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { formatReference } from '@sekisho/config';
import { roomsOf } from './arrows.ts';

const REFERENCE = 'docs/configuration.md';

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
  faults.push(...unlistedDecisions(root));
  const reference = join(root, REFERENCE);
  if (existsSync(reference) && wordsOf(readFileSync(reference, 'utf8')) !== wordsOf(formatReference()))
    faults.push(
      `${REFERENCE}: is not what the catalogues say; write it with "node tools/run.js tools/write-reference.ts"`,
    );
  return faults;
}

/** What is said, however the formatter aligns tables and marks emphasis. */
const wordsOf = (text: string) =>
  text
    .replace(/-{3,}/g, '---')
    .replace(/ *\| */g, '|')
    .replace(/\*(\w+)\*/g, '_$1_');

function unlistedDecisions(root: string): string[] {
  const folder = join(root, 'docs', 'decisions');
  if (!existsSync(folder)) return [];
  const list = readFileSync(join(folder, 'README.md'), 'utf8');
  return globSync('[0-9]*.md', { cwd: folder })
    .filter((name) => !list.includes(`(${name})`))
    .map((name) => `docs/decisions/README.md: does not list "${name}"`);
}
