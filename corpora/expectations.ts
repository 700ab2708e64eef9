import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readTree } from '@sekisho/message';
import { assertReadsAs, type Expectations } from '@sekisho/message/testing';
import { type DkimResult, readAuthFacts } from '@sekisho/message-auth';
import type { Zones } from '@sekisho/ports';
import type { ArchivedMail } from './account.ts';

/** How many expectations of a generated folder hold, and what is wrong with the others. */
export interface Judged {
  readonly held: number;
  readonly breaches: readonly string[];
}

const JAPANESE = 'japanese-generated';
const DKIM = 'dkim-generated';

function readJson<Value>(folder: string, path: string): Record<string, Value> {
  const file = join(folder, path);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, Value>) : {};
}

/** What DNS has to know for the signatures of the generated vectors. */
export function zonesOf(folder: string): Zones {
  const texts = Object.entries(readJson<string>(folder, `${DKIM}/dns.json`));
  return Object.fromEntries(texts.map(([name, text]) => [name, { TXT: [[text]] }]));
}

/** Subjects, texts and names of the Japanese mails, read through the trees that the archive keeps. */
export function judgeJapanese(folder: string, archived: readonly ArchivedMail[]): Judged {
  return judge(
    readJson<Expectations>(folder, `${JAPANESE}/expected.json`),
    JAPANESE,
    archived,
    ({ raw, tree }, expected) => assertReadsAs(raw, readTree(tree), expected),
  );
}

/** Results of DKIM for the generated vectors, out of the facts that the archive keeps. */
export function judgeDkim(folder: string, archived: readonly ArchivedMail[]): Judged {
  return judge(
    readJson<{ result: string }>(folder, `${DKIM}/expected.json`),
    DKIM,
    archived,
    ({ facts }, { result }) => {
      const found = summaryOf(readAuthFacts(facts)?.dkim ?? []);
      if (found !== result) throw new Error(`DKIM says ${found}, expected ${result}`);
    },
  );
}

function summaryOf(results: readonly DkimResult[]): string {
  const other = results.find(({ result }) => result !== 'pass');
  if (results.length === 0) return 'none';
  return other ? other.result : results.some(({ partial }) => partial) ? 'pass-partial' : 'pass';
}

function judge<Expected>(
  expectations: Record<string, Expected>,
  folder: string,
  archived: readonly ArchivedMail[],
  check: (mail: ArchivedMail, expected: Expected) => void,
): Judged {
  const byPath = new Map(archived.map((mail) => [mail.path, mail]));
  const breaches: string[] = [];
  for (const [name, expected] of Object.entries(expectations)) {
    const path = `${folder}/${name}`;
    const mail = byPath.get(path);
    try {
      if (!mail) throw new Error('is not in the archive');
      check(mail, expected);
    } catch (error) {
      breaches.push(`${path}: ${(error as Error).message}`);
    }
  }
  return { held: Object.keys(expectations).length - breaches.length, breaches };
}
