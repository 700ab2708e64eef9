/**
 * What a disk holds after the power went: replays the file operations of a trace and keeps apart what a sync made
 * durable and what only lay in memory. At a cut, every operation that was not durable is there, not there or torn.
 */
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { octetsOf, pathOfDescriptor, type Syscall, stringsOf } from './syscall-trace.ts';

type Change = { readonly ended: number } & (
  | { readonly offset: number; readonly data: Buffer }
  | { readonly size: number }
);

interface Inode {
  durable: Buffer;
  pending: Change[];
  /** Where the next plain `write` goes. */
  position: number;
}

interface NameChange {
  readonly folders: readonly string[];
  readonly ended: number;
  apply(names: Map<string, Inode>): void;
}

const SECTOR_OCTETS = 512;

/** The disk under one folder. */
export class DiskModel {
  readonly #root: string;
  readonly #names = new Map<string, Inode>();
  readonly #durableNames = new Map<string, Inode>();
  #nameChanges: NameChange[] = [];

  /** Starts from what lies in `root` now, all of it durable. */
  constructor(root: string) {
    this.#root = root;
    for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const path = join(entry.parentPath, entry.name);
      const inode: Inode = { durable: readFileSync(path), pending: [], position: statSync(path).size };
      this.#names.set(path, inode);
      this.#durableNames.set(path, inode);
    }
  }

  /** Takes one finished call into account. `ignoreSyncs` makes every sync a lie, to prove that the drill can fail. */
  apply(call: Syscall, ignoreSyncs = false): void {
    if (call.result < 0) return;
    const { name, args } = call;
    if (name === 'open' || name === 'openat' || name === 'creat') this.#open(call);
    else if (name === 'write' || name === 'writev') this.#write(call, null);
    else if (name === 'pwrite64') this.#write(call, Number(/, (\d+)$/.exec(args)?.[1]));
    else if (name.startsWith('pwritev')) this.#write(call, Number(/\], \d+, (\d+)/.exec(args)?.[1]));
    else if (name === 'ftruncate')
      this.#pend(pathOfDescriptor(args), { size: Number(/, (\d+)$/.exec(args)?.[1]), ended: call.ended });
    else if (name === 'fsync' || name === 'fdatasync') {
      if (!ignoreSyncs) this.#sync(call);
    } else if (name.startsWith('rename')) this.#rename(call);
    else if (name.startsWith('unlink')) this.#unlink(call);
    else if (name.startsWith('link')) this.#link(call);
    else if (
      ['sync', 'syncfs', 'fallocate', 'truncate', 'copy_file_range', 'sendfile'].includes(name) &&
      this.#concerns(args)
    ) {
      throw new Error(`Cannot follow the call "${name}" under ${this.#root}: the disk model does not know it`);
    }
  }

  /** Writes into `folder` what a power cut now could leave. `chance` gives numbers in [0, 1). */
  cut(folder: string, chance: () => number): void {
    const names = new Map(this.#durableNames);
    const kept = new Map<string, number>();
    for (const change of this.#nameChanges) {
      const key = change.folders.join();
      if (!kept.has(key)) kept.set(key, chance() < 0.5 ? 0 : Math.floor(chance() * (this.#nameChanges.length + 1)));
      const left = kept.get(key)!;
      if (left === 0) continue;
      kept.set(key, left - 1);
      change.apply(names);
    }
    mkdirSync(folder, { recursive: true });
    const images = new Map<Inode, Buffer>();
    for (const [path, inode] of names) {
      if (path.endsWith('-shm')) continue;
      if (!images.has(inode)) images.set(inode, imageAfterCut(inode, chance));
      const target = join(folder, relative(this.#root, path));
      mkdirSync(dirname(target), { recursive: true, mode: 0o700 });
      writeFileSync(target, images.get(inode)!, { mode: 0o600 });
    }
  }

  #concerns(args: string): boolean {
    const path = pathOfDescriptor(args);
    return path?.startsWith(`${this.#root}/`) ?? false;
  }

  #inode(path: string | null): Inode | null {
    return path === null ? null : (this.#names.get(path) ?? null);
  }

  #open(call: Syscall): void {
    const result = /"((?:\\x[0-9a-f]{2})*)"/.exec(call.args);
    const path = result ? octetsOf(result[1]!).toString() : '';
    if (!path.startsWith(`${this.#root}/`) || /O_DIRECTORY/.test(call.args)) return;
    let inode = this.#names.get(path);
    if (!inode && /O_CREAT/.test(call.args)) {
      inode = { durable: Buffer.alloc(0), pending: [], position: 0 };
      const made = inode;
      this.#name([dirname(path)], call.ended, (names) => void names.set(path, made));
    }
    if (!inode) return;
    if (/O_TRUNC/.test(call.args)) inode.pending.push({ size: 0, ended: call.ended });
    inode.position = /O_APPEND/.test(call.args) ? imageOf(inode.durable, inode.pending).length : 0;
  }

  #write(call: Syscall, offset: number | null): void {
    const inode = this.#inode(pathOfDescriptor(call.args));
    if (!inode) return;
    const data = Buffer.concat(stringsOf(call.args)).subarray(0, call.result);
    const at = offset ?? inode.position;
    if (offset === null) inode.position += data.length;
    inode.pending.push({ offset: at, data, ended: call.ended });
  }

  #pend(path: string | null, change: Change): void {
    this.#inode(path)?.pending.push(change);
  }

  #sync(call: Syscall): void {
    const path = pathOfDescriptor(call.args);
    const inode = this.#inode(path);
    if (inode) {
      const covered = inode.pending.filter((change) => change.ended < call.began);
      inode.durable = imageOf(inode.durable, covered);
      inode.pending = inode.pending.filter((change) => change.ended >= call.began);
      return;
    }
    const isCovered = (change: NameChange) => change.ended < call.began && change.folders.includes(path ?? '');
    for (const change of this.#nameChanges.filter(isCovered)) change.apply(this.#durableNames);
    this.#nameChanges = this.#nameChanges.filter((change) => !isCovered(change));
  }

  #name(folders: string[], ended: number, apply: NameChange['apply']): void {
    apply(this.#names);
    this.#nameChanges.push({ folders, ended, apply });
  }

  #rename(call: Syscall): void {
    const [from, to] = stringsOf(call.args).map(String) as [string, string];
    const inode = this.#names.get(from);
    if (!inode) return;
    this.#name([dirname(from), dirname(to)], call.ended, (names) => {
      names.delete(from);
      names.set(to, inode);
    });
  }

  #unlink(call: Syscall): void {
    const path = String(stringsOf(call.args)[0]);
    if (this.#names.has(path)) this.#name([dirname(path)], call.ended, (names) => void names.delete(path));
  }

  #link(call: Syscall): void {
    const [from, to] = stringsOf(call.args).map(String) as [string, string];
    const inode = this.#names.get(from);
    if (inode) this.#name([dirname(to)], call.ended, (names) => void names.set(to, inode));
  }
}

function imageOf(durable: Buffer, changes: readonly Change[]): Buffer {
  let image = durable;
  let owned = false;
  const grow = (size: number) => {
    if (size <= image.length && owned) return;
    const next = Buffer.alloc(Math.max(size, image.length));
    image.copy(next);
    image = next;
    owned = true;
  };
  for (const change of changes) {
    if ('size' in change) {
      if (change.size > image.length) grow(change.size);
      else image = Buffer.from(image.subarray(0, change.size));
      owned = true;
    } else {
      grow(change.offset + change.data.length);
      image.set(change.data, change.offset);
    }
  }
  return image;
}

function imageAfterCut(inode: Inode, chance: () => number): Buffer {
  const survived: Change[] = [];
  for (const change of inode.pending) {
    const fate = chance();
    if (fate < 0.45) continue;
    if (fate < 0.8 || 'size' in change) survived.push(change);
    else survived.push(...tornSectors(change, chance));
  }
  return imageOf(inode.durable, survived);
}

function* tornSectors(
  change: Change & { readonly offset: number; readonly data: Buffer },
  chance: () => number,
): Iterable<Change> {
  for (let at = 0; at < change.data.length; ) {
    const end = Math.min(change.data.length, at + SECTOR_OCTETS - ((change.offset + at) % SECTOR_OCTETS));
    if (chance() < 0.5) yield { offset: change.offset + at, data: change.data.subarray(at, end), ended: change.ended };
    at = end;
  }
}
