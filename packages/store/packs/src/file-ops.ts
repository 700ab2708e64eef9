import {
  closeSync,
  constants,
  copyFileSync,
  fdatasync,
  fsync,
  linkSync,
  openSync,
  readSync,
  renameSync,
  unlinkSync,
  writevSync,
} from 'node:fs';
import { promisify } from 'node:util';

/** The file operations by which packs are written. What returns or resolves has happened; nothing is retried. */
export interface FileOps {
  open(path: string, flags: 'r' | 'r+' | 'wx+'): number;
  /** Writes all of `buffers` at `position`. */
  write(fd: number, buffers: readonly Buffer[], position: number): void;
  read(fd: number, into: Buffer, position: number): number;
  /** fdatasync(2), in the thread pool. */
  sync(fd: number): Promise<void>;
  /** fsync(2) of a folder. */
  syncFolder(folder: string): Promise<void>;
  close(fd: number): void;
  link(from: string, to: string): void;
  copy(from: string, to: string): void;
  rename(from: string, to: string): void;
  unlink(path: string): void;
}

const FILE_MODE = 0o600;
const synced = promisify(fsync);

/** The real disk. */
export const diskFileOps: FileOps = {
  open: (path, flags) => openSync(path, flags, FILE_MODE),
  write(fd, buffers, position) {
    let rest = buffers;
    while (rest.length > 0) {
      const written = writevSync(fd, rest, position);
      if (written === 0) throw new Error('wrote nothing');
      position += written;
      rest = after(rest, written);
    }
  },
  read: (fd, into, position) => readSync(fd, into, 0, into.length, position),
  sync: promisify(fdatasync),
  async syncFolder(folder) {
    const fd = openSync(folder, 'r');
    try {
      await synced(fd);
    } finally {
      closeSync(fd);
    }
  },
  close: closeSync,
  link: linkSync,
  copy: (from, to) => copyFileSync(from, to, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE),
  rename: renameSync,
  unlink: unlinkSync,
};

function after(buffers: readonly Buffer[], octets: number): Buffer[] {
  const rest: Buffer[] = [];
  for (const one of buffers) {
    if (octets < one.length) rest.push(one.subarray(octets));
    octets = Math.max(0, octets - one.length);
  }
  return rest;
}
