/** Packs in a temporary folder, and a disk that fails when told, for tests of this and other rooms. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fakeClock } from '@sekisho/ports/testing';
import { diskFileOps, type FileOps } from './file-ops.ts';
import { openPacks, type Packs, type PacksOptions } from './packs.ts';

export interface TestPacks extends AsyncDisposable {
  readonly folder: string;
  readonly packs: Packs;
}

/** Packs in a folder of their own, removed with the object. */
export function openTestPacks(options: Partial<PacksOptions> = {}): TestPacks {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'sekisho-packs-'));
  const packs = openPacks({ clock: fakeClock(), ...options, folder });
  return {
    folder,
    packs,
    async [Symbol.asyncDispose]() {
      await packs.close();
      if (options.folder === undefined) rmSync(folder, { recursive: true, force: true });
    },
  };
}

type Operation = 'open' | 'write' | 'sync' | 'syncFolder' | 'link' | 'unlink';

export interface FaultyFileOps extends FileOps {
  /** The next operation of this kind fails with this error code. */
  fail(operation: Operation, code: string): void;
  /** Operations so far. */
  readonly done: readonly Operation[];
}

/** The real disk, except for the failures it is told to have. */
export function faultyFileOps(): FaultyFileOps {
  const faults = new Map<Operation, string>();
  const done: Operation[] = [];
  const step = (operation: Operation) => {
    done.push(operation);
    const code = faults.get(operation);
    faults.delete(operation);
    if (code !== undefined) throw Object.assign(new Error(`${code}: made for a test, ${operation}`), { code });
  };
  return {
    ...diskFileOps,
    done,
    fail: (operation, code) => void faults.set(operation, code),
    open(path, flags) {
      step('open');
      return diskFileOps.open(path, flags);
    },
    write(fd, buffers, position) {
      step('write');
      diskFileOps.write(fd, buffers, position);
    },
    async sync(fd) {
      step('sync');
      await diskFileOps.sync(fd);
    },
    async syncFolder(folder) {
      step('syncFolder');
      await diskFileOps.syncFolder(folder);
    },
    link(from, to) {
      step('link');
      diskFileOps.link(from, to);
    },
    unlink(path) {
      step('unlink');
      diskFileOps.unlink(path);
    },
  };
}
