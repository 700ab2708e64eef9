/**
 * `npm run corpora -- DIR`: sends every mail of a folder of corpora through a running house and compares what clients
 * were told with archive, queue, quarantine and next hop; then runs the tests of the rooms that read the corpora.
 */
import { dirname, join, resolve } from 'node:path';
import { hasClamd } from '@sekisho/inspection/testing';
import { type Figure, tellFigures } from '../bench/lib/figure.ts';
import type { Account } from './account.ts';
import { type Corpora, collectMails } from './collect-mails.ts';
import { judgeDkim, judgeJapanese, zonesOf } from './expectations.ts';
import { expectedQuarantine, needsAntivirus } from './expected-quarantine.ts';
import { runRoomTests } from './room-tests.ts';
import { runHouse } from './run-house.ts';

const asked = process.argv[2] ?? process.env['SEKISHO_CORPORA'];
if (!asked) fail('Cannot run the corpora: name their folder (npm run corpora -- DIR)');
if (!hasClamd() && process.env['CI']) fail('Cannot run the corpora in CI without clamd (Debian: clamav-daemon)');
const folder = resolve(process.env['INIT_CWD'] ?? '.', asked);
process.chdir(join(dirname(import.meta.filename), '..'));

const started = performance.now();
const corpora = collect(folder);
const { account, sent, restarts, sendSeconds, pathSeconds } = await runHouse(corpora.mails, zonesOf(folder));
compareRules(account);
const japanese = judgeJapanese(folder, account.archived);
const dkim = judgeDkim(folder, account.archived);
account.breaches.push(...japanese.breaches, ...dkim.breaches);
tellAccount(corpora, account);
const tests = runRoomTests(folder);
for (const breach of account.breaches) console.error(`breach: ${breach}`);

const held = tellFigures([
  told('sent', sent.length),
  ...counted('refused', account.refused),
  told('archived octet for octet', account.archived.length),
  told('delivered', account.delivered),
  ...counted('quarantined', account.quarantined),
  told('Japanese expectations held', japanese.held),
  told('DKIM vectors held', dkim.held),
  none('breaches', account.breaches.length, 'breaches'),
  none('process restarts', restarts, 'restarts'),
  told('room tests passed', tests.passed, 'tests'),
  none('room tests failed', tests.failed, 'tests'),
  told('accepted', sent.length / sendSeconds, 'messages/s'),
  told('whole path', account.archived.length / pathSeconds, 'messages/s'),
  { ...told('time', (performance.now() - started) / 1000, 's'), floor: 300, goal: 300, lessIsBetter: true },
]);
process.exit(held ? 0 : 1);

function fail(why: string): never {
  console.error(why);
  process.exit(1);
}

function collect(from: string): Corpora {
  try {
    return collectMails(from);
  } catch (error) {
    return fail((error as Error).message);
  }
}

function told(name: string, value: number, unit = 'messages'): Figure {
  return { name: `corpora ${name}`, value, unit, floor: null, goal: null };
}

function none(name: string, value: number, unit: string): Figure {
  return { ...told(name, value, unit), floor: 0, goal: 0, lessIsBetter: true };
}

function counted(what: string, map: ReadonlyMap<string, readonly string[]>): Figure[] {
  return [...map].sort().map(([why, paths]) => told(`${what}: ${why}`, paths.length));
}

/** Every mail is kept back by the rule that we expect, and by none where we expect none. */
function compareRules(account: Account): void {
  for (const { path, rule, disposition } of account.archived) {
    const listed = expectedQuarantine(path)?.rule;
    const expected = listed !== undefined && (hasClamd() || !needsAntivirus(listed)) ? listed : 'default';
    if (rule !== expected) account.breach(path, `${disposition} by rule ${rule}, expected ${expected}`);
  }
}

function tellAccount({ mails, documents, others }: Corpora, { refused, quarantined }: Account): void {
  const outOf = `${documents} of them documents in a mail of ours; ${others.length} other files left out`;
  console.log(`${mails.length} mails, ${outOf}`);
  if (!hasClamd()) console.log('clamd is not installed: no mail was judged by it');
  for (const [reason, paths] of refused) tellPaths(`refused as ${reason}`, paths);
  for (const [rule, paths] of quarantined) tellPaths(`kept back by rule ${rule}`, paths);
}

function tellPaths(what: string, paths: readonly string[]): void {
  console.log(`${what}: ${paths.length}\n  ${[...paths].sort().join('\n  ')}`);
}
