import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Figure } from './figure.ts';

const DOCS = join(import.meta.dirname, '..', '..', 'docs');
const KEPT = join(DOCS, 'performance.json');
const PAGE = join(DOCS, 'performance.md');
const FROM = '<!-- figures: written by npm run bench -- NAME --keep -->';
const TO = '<!-- end of figures -->';

interface Kept extends Figure {
  readonly measuredOn: string;
  readonly commit: string;
  readonly rounds: number;
}

type Book = Readonly<Record<string, { readonly machine: string; readonly figures: readonly Kept[] }>>;

/** Keeps the figures of a bench beside those that were kept before, and writes the tables of docs/performance.md. */
export function keepFigures(bench: string, rounds: number, figures: readonly Figure[], where: string): void {
  const book = existsSync(KEPT) ? (JSON.parse(readFileSync(KEPT, 'utf8')) as Book) : {};
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: DOCS }).toString().trim();
  const measuredOn = new Date().toISOString().slice(0, 10);
  const fresh = new Map(figures.map((figure) => [figure.name, { ...figure, measuredOn, commit, rounds }]));
  const before = book[bench]?.figures ?? [];
  const older = before.map((one) => fresh.get(one.name) ?? one);
  const newer = [...fresh.values()].filter(({ name }) => !before.some((one) => one.name === name));
  const next: Book = { ...book, [bench]: { machine: where, figures: [...older, ...newer] } };
  writeFileSync(KEPT, `${JSON.stringify(next, null, 2)}\n`);
  const page = readFileSync(PAGE, 'utf8');
  const [from, to] = [page.indexOf(FROM), page.indexOf(TO)];
  if (from < 0 || to < from) throw new Error(`Cannot find "${FROM}" and "${TO}" in ${PAGE}`);
  writeFileSync(PAGE, page.slice(0, from + FROM.length) + formatBook(next) + page.slice(to));
}

function formatBook(book: Book): string {
  return Object.entries(book)
    .map(([bench, { machine, figures }]) => {
      const rows = figures.map((one) => {
        const { name, value, unit, floor, goal, lessIsBetter, measuredOn, commit, rounds } = one;
        const reached = goal === null ? '' : (lessIsBetter ? value <= goal : value >= goal) ? 'yes' : '**no**';
        const cells = [`\`${name}\``, `${format(value)} ${unit}`, format(floor), format(goal), reached];
        return `| ${[...cells, `${measuredOn}, ${commit}, ${rounds}`].join(' | ')} |`;
      });
      const head =
        '| figure | median | floor | goal | reached | date, commit, rounds |\n| --- | --- | --- | --- | --- | --- |';
      return `\n\n### ${bench}\n\n\`npm run bench -- ${bench}\` on ${machine}\n\n${head}\n${rows.join('\n')}\n`;
    })
    .join('')
    .concat('\n');
}

function format(value: number | null): string {
  if (value === null) return '';
  return Math.abs(value) >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
}
