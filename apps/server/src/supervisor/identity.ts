import { lchownSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SekishoError } from '@sekisho/terms';
import type { Identity } from '../processes/settings.ts';

/** The account to run as cannot be used. */
export class RunAsError extends SekishoError {
  constructor(message: string) {
    super('run-as', message);
  }
}

/**
 * Who the processes become once ports are bound: `run_as` by name, or by number ("1000" or "1000:1000"). Not root: as
 * who we are. Root without `run_as`, or with `run_as = "root"`: stays root, and the caller says so aloud.
 */
export function identityOf(runAs: string | null, isRoot: boolean): Identity | null {
  if (!isRoot || runAs === null || runAs === 'root') return null;
  const numbers = /^(\d+)(?::(\d+))?$/.exec(runAs);
  if (numbers) return { uid: Number(numbers[1]), gid: Number(numbers[2] ?? numbers[1]) };
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((one) => one.split(':'))
    .find(([name]) => name === runAs);
  if (!line) throw new RunAsError(`Cannot run as "${runAs}": this machine has no such user`);
  return { uid: Number(line[2]), gid: Number(line[3]) };
}

/** Why processes stay root, for whoever reads the log. */
export function whyRoot(runAs: string | null): string {
  return runAs === null ? 'run_as is not set' : `run_as is "${runAs}"`;
}

/**
 * Gives a folder and all in it to the account, so that processes that gave up root can write there. Looks at every file:
 * the folder itself may be the account's already while something below it is still root's.
 */
export function giveFolder(folder: string, { uid, gid }: Identity): void {
  const below = readdirSync(folder, { recursive: true, withFileTypes: true });
  for (const path of [...below.map((entry) => join(entry.parentPath, entry.name)), folder]) {
    if (lstatSync(path).uid !== uid) lchownSync(path, uid, gid);
  }
}
