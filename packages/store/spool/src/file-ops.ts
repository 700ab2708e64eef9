import { close, fdatasync, fsync, open, readdir, rename, statfs, unlink, writev } from 'node:fs';
import { promisify } from 'node:util';

/** The file operations of the writing side. What resolves has happened; nothing is retried. */
export interface FileOps {
  open(path: string, flags: 'r+' | 'wx+'): Promise<number>;
  /** Writes all of `buffers` at `position`. */
  write(fd: number, buffers: readonly Buffer[], position: number): Promise<void>;
  /** fdatasync(2): the octets and what is needed to read them are on stable storage. */
  sync(fd: number): Promise<void>;
  /** fsync(2) of a folder: names made, moved and removed in it are on stable storage. */
  syncFolder(folder: string): Promise<void>;
  close(fd: number): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  unlink(path: string): Promise<void>;
  list(folder: string): Promise<string[]>;
  /** Octets that this process may still write on the disk of `folder`. */
  freeOctets(folder: string): Promise<number>;
}

const FILE_MODE = 0o600;
const opened = promisify(open);
const closed = promisify(close);
const synced = promisify(fsync);
const list = promisify(readdir) as (folder: string) => Promise<string[]>;
const disk = promisify(statfs);

/** The real disk. */
export const diskFileOps: FileOps = {
  open: (path, flags) => opened(path, flags, FILE_MODE),
  write,
  sync: promisify(fdatasync),
  async syncFolder(folder) {
    const fd = await opened(folder, 'r');
    try {
      await synced(fd);
    } finally {
      await closed(fd);
    }
  },
  close: closed,
  rename: promisify(rename),
  unlink: promisify(unlink),
  list,
  async freeOctets(folder) {
    const { bavail, bsize } = await disk(folder);
    return bavail * bsize;
  },
};

function write(fd: number, buffers: readonly Buffer[], position: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const total = buffers.reduce((sum, one) => sum + one.length, 0);
    writev(fd, buffers, position, (error, written) => {
      if (error) reject(error);
      else if (written === total) resolve();
      else if (written === 0) reject(new Error(`wrote nothing of ${total} octets`));
      else resolve(write(fd, after(buffers, written), position + written));
    });
  });
}

function after(buffers: readonly Buffer[], octets: number): Buffer[] {
  const rest: Buffer[] = [];
  for (const one of buffers) {
    if (octets < one.length) rest.push(one.subarray(octets));
    octets = Math.max(0, octets - one.length);
  }
  return rest;
}
