/** Mails of the project's own fixtures, for tests of any room. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

const MAILS = join(import.meta.dirname, '../../../../fixtures/mail');

/** The mails of one folder of `fixtures/mail` by file name, `.gz` unpacked. */
export function fixtureMails(folder: string): { readonly name: string; readonly raw: Buffer }[] {
  return readdirSync(join(MAILS, folder))
    .filter((name) => name.endsWith('.eml') || name.endsWith('.eml.gz'))
    .sort()
    .map((name) => ({ name, raw: fixtureMail(folder, name) }));
}

/** One mail of `fixtures/mail`. */
export function fixtureMail(folder: string, name: string): Buffer {
  const octets = readFileSync(join(MAILS, folder, name));
  return name.endsWith('.gz') ? gunzipSync(octets) : octets;
}

/** What a folder of `fixtures/mail` says of its mails, by file name. */
export function fixtureExpectations(folder: string): Record<string, unknown> {
  return JSON.parse(readFileSync(join(MAILS, folder, 'expected.json'), 'utf8'));
}
