import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Random, systemRandom } from '@sekisho/ports';
import { RootKeyError } from './errors.ts';
import { KEY_OCTETS } from './wrap-key.ts';

const COMMENT = `# Root key of Sekisho. Who loses it loses all mail; who copies it can read all mail. Keep a copy offline.
# The first key seals; keys below it are former ones, needed until the segments of their time are gone.
`;

/** Where the root key is: a file, or the name of an environment variable. One of the two. */
export interface RootKeySource {
  readonly file?: string | undefined;
  readonly env?: string | undefined;
}

/** The key that seals, and those from before rotations, newest first. */
export interface RootKeys {
  readonly current: Buffer;
  readonly former: readonly Buffer[];
}

/** Reads the root key; throws RootKeyError with what to do about it. */
export function readRootKey(source: RootKeySource): Buffer {
  return readRootKeys(source).current;
}

/** Reads the root key and its predecessors. A file must be readable by its owner alone. */
export function readRootKeys(source: RootKeySource): RootKeys {
  const [from, text] = readSource(source);
  const keys = text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => parseKey(line, from));
  if (keys.length === 0) throw new RootKeyError(`Cannot read the root key from ${from}: there is none in it`);
  return { current: keys[0]!, former: keys.slice(1) };
}

/** Makes a new root key in a new file (0600); throws RootKeyError when the file exists. */
export function createRootKey(file: string, random: Random = systemRandom): Buffer {
  const key = random.bytes(KEY_OCTETS);
  try {
    writeDurably(file, `${COMMENT}${key.toString('hex')}\n`);
  } catch (cause) {
    throw new RootKeyError(`Cannot make the root key in "${file}": ${(cause as Error).message}`, { cause });
  }
  syncFolder(dirname(file));
  return key;
}

/** Puts a new root key on top of the file, in one step: after a crash the file is the old or the new one. */
export function rotateRootKey(file: string, random: Random = systemRandom): RootKeys {
  const before = readRootKeys({ file });
  const keys = { current: random.bytes(KEY_OCTETS), former: [before.current, ...before.former] };
  const lines = [keys.current, ...keys.former].map((key) => `${key.toString('hex')}\n`);
  const next = `${file}.new`;
  rmSync(next, { force: true });
  writeDurably(next, COMMENT + lines.join(''));
  renameSync(next, file);
  syncFolder(dirname(file));
  return keys;
}

function readSource({ file, env }: RootKeySource): [string, string] {
  if ((file === undefined) === (env === undefined)) {
    throw new RootKeyError('Cannot read the root key: name either a file or an environment variable');
  }
  if (env !== undefined) {
    const text = process.env[env];
    if (text === undefined) throw new RootKeyError(`Cannot read the root key: the environment has no "${env}"`);
    return [`environment variable "${env}"`, text];
  }
  try {
    const mode = statSync(file!).mode & 0o777;
    if (mode & 0o077) {
      throw new RootKeyError(
        `Cannot use root key file "${file}": others may read it (mode ${mode.toString(8)}, must be 600)`,
      );
    }
    return [`file "${file}"`, readFileSync(file!, 'utf8')];
  } catch (cause) {
    if (cause instanceof RootKeyError) throw cause;
    throw new RootKeyError(`Cannot read the root key file "${file}": ${(cause as Error).message}`, { cause });
  }
}

function parseKey(line: string, from: string): Buffer {
  const key = /^[0-9a-f]{64}$/i.test(line) ? Buffer.from(line, 'hex') : Buffer.from(line, 'base64');
  if (key.length === KEY_OCTETS && (line.length === 64 || /^[A-Za-z0-9+/_-]{43}=?$/.test(line))) return key;
  throw new RootKeyError(`Cannot read the root key from ${from}: a line is not 32 octets in hex or base64`);
}

function writeDurably(file: string, text: string): void {
  const fd = openSync(file, 'wx', 0o600);
  try {
    writeSync(fd, text);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

function syncFolder(folder: string): void {
  const fd = openSync(folder, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
