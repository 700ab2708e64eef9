import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { DemoError } from '../errors.ts';

/** Where the demo lives. Root key, configuration, zones and log stand beside the data, never in it. */
export interface Place {
  readonly data: string;
  /** Folder of what stands beside the data. */
  readonly beside: string;
  readonly configFile: string;
  readonly rootKeyFile: string;
  readonly zonesFile: string;
  readonly logFile: string;
  readonly clamdFolder: string;
  /** Removes everything that was made. */
  remove(): void;
}

/** Room for a unix socket below the data folder (sockaddr_un has 108 octets). */
const LONGEST_DATA = 108 - '/run/front.sock'.length - 1;

/** Makes the folders: temporary ones, or `folder` for the data and `folder.demo` beside it, both new or empty. */
export function makePlace(folder: string | null): Place {
  const base = folder === null ? mkdtempSync(join(tmpdir(), 'sekisho-demo-')) : resolve(folder);
  const [data, beside] = folder === null ? [join(base, 'data'), base] : [base, `${base}.demo`];
  if (Buffer.byteLength(data) > LONGEST_DATA)
    throw new DemoError('folder', `Cannot use data folder "${data}": its path is longer than ${LONGEST_DATA} octets`);
  for (const one of folder === null ? [data] : [data, beside]) makeEmpty(one);
  return {
    data,
    beside,
    configFile: join(beside, 'sekisho.toml'),
    rootKeyFile: join(beside, 'root.key'),
    zonesFile: join(beside, 'zones.json'),
    logFile: join(beside, 'log.jsonl'),
    clamdFolder: join(beside, 'clamd'),
    remove() {
      for (const one of [data, beside]) rmSync(one, { recursive: true, force: true });
    },
  };
}

function makeEmpty(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (readdirSync(folder).length > 0)
    throw new DemoError('folder', `Cannot use folder "${folder}" for the demo: it is not empty`);
}
