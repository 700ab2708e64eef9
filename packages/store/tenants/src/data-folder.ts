import { existsSync } from 'node:fs';
import { chmod, chown, mkdir, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { connect, type SqliteConnection } from './binding.sqlite.ts';
import { DataFolderForeignError, DataFolderInUseError, StoreNewerError } from './errors.ts';
import { PROGRAM_VERSION } from './program-version.ts';
import { syncFolder } from './tenant-database.sqlite.ts';

/** The format of the data folder that this program writes, and the newest one that it reads. */
export const DATA_FORMAT = 1;

const FOLDERS = ['spool', 'tenants', 'installation', 'run'] as const;

/** The one folder with all data of an installation, held for this process tree until it is closed. */
export interface DataFolder {
  readonly path: string;
  readonly spool: string;
  readonly tenants: string;
  readonly installation: string;
  /** Sockets and the like; nothing in it needs to survive a start. */
  readonly run: string;
  /** Lets another process open the folder. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Who shall own what is made here, when this process will become somebody else. */
export interface FolderOwner {
  readonly uid: number;
  readonly gid: number;
}

/**
 * Opens the data folder, making it (0700) when it is not there. Throws when another process has it open, when it was
 * written by a newer program (naming the version needed), or when it holds something else.
 */
export async function openDataFolder(path: string, owner?: FolderOwner): Promise<DataFolder> {
  const root = resolve(path);
  await makeFolder(root, owner);
  await refuseForeign(root);
  await makeFolder(join(root, 'run'), owner);
  const lock = await takeLock(root);
  try {
    await checkVersion(root, owner);
    for (const name of FOLDERS) await makeFolder(join(root, name), owner);
    await syncFolder(root);
    await writeFile(join(root, 'run', 'pid'), `${process.pid}\n`, { mode: 0o600 });
  } catch (error) {
    lock.close();
    throw error;
  }
  const close = async () => {
    await rm(join(root, 'run', 'pid'), { force: true });
    lock.close();
  };
  const [spool, tenants, installation, run] = FOLDERS.map((name) => join(root, name)) as [
    string,
    string,
    string,
    string,
  ];
  return { path: root, spool, tenants, installation, run, close, [Symbol.asyncDispose]: close };
}

async function makeFolder(path: string, owner: FolderOwner | undefined): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  await chmod(path, 0o700);
  if (owner !== undefined) await chown(path, owner.uid, owner.gid);
}

async function refuseForeign(root: string): Promise<void> {
  const names = await readdir(root);
  if (names.includes('VERSION') || names.every((name) => name === 'run' || name === 'VERSION.new')) return;
  throw new DataFolderForeignError(root, 'it is not empty and has no VERSION file, so it holds something else');
}

/**
 * The lock is one of the kernel's, through SQLite: it ends with its process, however that ends, so there is nothing
 * stale to detect and no moment at which two can take it over; it also holds between containers on one volume.
 */
async function takeLock(root: string): Promise<SqliteConnection> {
  const lock = connect(join(root, 'run', 'lock'));
  try {
    lock.exec('BEGIN EXCLUSIVE');
    return lock;
  } catch (cause) {
    lock.close();
    if ((cause as { readonly code?: string }).code !== 'SQLITE_BUSY') throw cause;
    const file = join(root, 'run', 'pid');
    const holder = existsSync(file) ? `process ${(await readFile(file, 'utf8')).trim()}` : 'another process';
    throw new DataFolderInUseError(root, holder, cause);
  }
}

async function checkVersion(root: string, owner: FolderOwner | undefined): Promise<void> {
  const file = join(root, 'VERSION');
  if (!existsSync(file)) return writeVersion(root, owner);
  const text = await readFile(file, 'utf8');
  const found = /^format (\d+)\nsekisho (\S+)\n$/.exec(text);
  if (found === null) throw new DataFolderForeignError(root, `its VERSION file says "${text.trim().slice(0, 80)}"`);
  const format = Number(found[1]);
  if (format > DATA_FORMAT)
    throw new StoreNewerError(`data folder "${root}"`, `it has format ${format}`, `up to ${DATA_FORMAT}`, found[2]!);
}

async function writeVersion(root: string, owner: FolderOwner | undefined): Promise<void> {
  const file = join(root, 'VERSION');
  const handle = await open(`${file}.new`, 'w', 0o600);
  try {
    await handle.writeFile(`format ${DATA_FORMAT}\nsekisho ${PROGRAM_VERSION}\n`);
    await handle.sync();
    if (owner !== undefined) await handle.chown(owner.uid, owner.gid);
  } finally {
    await handle.close();
  }
  await rename(`${file}.new`, file);
}
