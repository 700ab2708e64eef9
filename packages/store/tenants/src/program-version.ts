import { readFileSync } from 'node:fs';

const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string };

/** The version of Sekisho that this is; stores remember who wrote their format. */
export const PROGRAM_VERSION = manifest.version;
