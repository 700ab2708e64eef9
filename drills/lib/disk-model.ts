/**
 * What a disk holds after the power went: replays the file operations of a trace and keeps apart what a sync made
 * durable and what only lay in memory. At a cut, every operation that was not durable is there, not there or torn.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { DiskFile } from './disk-file.ts';
import { octetsOf, pathOfDescriptor, type Syscall, stringsOf } from './syscall-trace.ts';

/** What a name stands for: a file, or a folder. */
type Node = DiskFile | 'folder';

interface NameChange {
  /** Folders of which one must be synced to make the change durable. */
  readonly folders: readonly string[];
  readonly ended: number;
  apply(names: Map<string, Node>): void;
}

/** Calls that would change a file in a way that the model does not follow. */
const UNKNOWN = ['sync', 'syncfs', 'fallocate', 'truncate', 'sendfile', 'symlink', 'symlinkat'];

/** The disk under one folder. */
export class DiskModel {
  readonly #root: string;
  readonly #ignoresSyncs: boolean;
  readonly #names = new Map<string, Node>();
  readonly #durableNames = new Map<string, Node>();
  #nameChanges: NameChange[] = [];

  /**
   * The disk under `root`. It begins with what lies in `beginning`, all of it durable. With `ignoresSyncs` every sync
   * is a lie, to prove that a drill can fail.
   */
  constructor(root: string, { beginning = root, ignoresSyncs = false } = {}) {
    this.#root = root;
    this.#ignoresSyncs = ignoresSyncs;
    for (const entry of readdirSync(beginning, { recursive: true, withFileTypes: true })) {
      const from = join(entry.parentPath, entry.name);
      const path = join(root, relative(beginning, from));
      if (entry.isFile()) this.#names.set(path, new DiskFile(readFileSync(from)));
      if (entry.isDirectory()) this.#names.set(path, 'folder');
    }
    for (const [path, node] of this.#names) this.#durableNames.set(path, node);
  }

  /** Takes one finished call into account. */
  apply(call: Syscall): void {
    if (call.result < 0) return;
    const { name, args } = call;
    if (name === 'open' || name === 'openat' || name === 'creat') this.#open(call);
    else if (name === 'write' || name === 'writev') this.#write(call, null);
    else if (name === 'pwrite64') this.#write(call, Number(/, (\d+)$/.exec(args)?.[1]));
    else if (name.startsWith('pwritev')) this.#write(call, Number(/\], \d+, (\d+)/.exec(args)?.[1]));
    else if (name === 'ftruncate') {
      this.#file(call)?.change({ size: Number(/, (\d+)$/.exec(args)?.[1]), ended: call.ended });
    } else if (name === 'fsync' || name === 'fdatasync') {
      if (!this.#ignoresSyncs) this.#sync(call);
    } else if (name.startsWith('rename')) this.#rename(call);
    else if (name.startsWith('unlink') || name === 'rmdir') this.#unlink(call);
    else if (name.startsWith('link')) this.#link(call);
    else if (name === 'copy_file_range') this.#copy(call);
    else if (name.startsWith('mkdir')) this.#makeFolder(call);
    else if (UNKNOWN.includes(name) && this.#concerns(args)) {
      throw new Error(`Cannot follow the call "${name}" under ${this.#root}: the disk model does not know it`);
    }
  }

  /** Writes into `folder` what a power cut now could leave. `chance` gives numbers in [0, 1). */
  cut(folder: string, chance: () => number): void {
    const names = this.#namesAfterCut(chance);
    const hasFolder = (path: string): boolean =>
      path === this.#root || (names.get(path) === 'folder' && hasFolder(dirname(path)));
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const images = new Map<DiskFile, Buffer>();
    for (const [path, node] of names) {
      const target = join(folder, relative(this.#root, path));
      if (!hasFolder(dirname(path))) continue;
      if (node === 'folder') {
        mkdirSync(target, { recursive: true, mode: 0o700 });
        continue;
      }
      if (!images.has(node)) images.set(node, node.afterCut(chance));
      mkdirSync(dirname(target), { recursive: true, mode: 0o700 });
      writeFileSync(target, images.get(node)!, { mode: 0o600 });
    }
  }

  /** Durable names, and for each folder the first so many of the changes that were not. */
  #namesAfterCut(chance: () => number): Map<string, Node> {
    const names = new Map(this.#durableNames);
    const left = new Map<string, number>();
    for (const change of this.#nameChanges) {
      const key = change.folders.join();
      if (!left.has(key)) left.set(key, chance() < 0.5 ? 0 : Math.floor(chance() * (this.#nameChanges.length + 1)));
      if (left.get(key) === 0) continue;
      left.set(key, left.get(key)! - 1);
      change.apply(names);
    }
    return names;
  }

  #concerns(args: string): boolean {
    const path = pathOfDescriptor(args) ?? String(stringsOf(args)[0] ?? '');
    return path.startsWith(`${this.#root}/`);
  }

  /** The file behind a call's descriptor; `null` for what lies elsewhere. */
  #file({ name, args }: Syscall): DiskFile | null {
    const path = pathOfDescriptor(args);
    if (!path?.startsWith(`${this.#root}/`)) return null;
    const node = this.#names.get(path);
    if (node instanceof DiskFile) return node;
    throw new Error(`Cannot follow "${name}" on "${path}": the disk model has no such file`);
  }

  #open(call: Syscall): void {
    const quoted = /"((?:\\x[0-9a-f]{2})*)"/.exec(call.args);
    const path = quoted ? octetsOf(quoted[1]!).toString() : '';
    if (!path.startsWith(`${this.#root}/`) || /O_DIRECTORY/.test(call.args)) return;
    let file = this.#names.get(path);
    if (!file && (/O_CREAT/.test(call.args) || call.name === 'creat')) {
      const made = new DiskFile(Buffer.alloc(0));
      this.#name([dirname(path)], call.ended, (names) => void names.set(path, made));
      file = made;
    }
    if (!(file instanceof DiskFile)) return;
    if (/O_TRUNC/.test(call.args)) file.change({ size: 0, ended: call.ended });
    file.opened(/O_APPEND/.test(call.args));
  }

  /** Octets from one file to another inside the kernel: `21</from>, [0], 22</to>, NULL, octets, 0`. */
  #copy(call: Syscall): void {
    const [, offset, rest] = /^-?\d+<[^>]*>, (?:NULL|\[(\d+)\]), (.*)$/.exec(call.args) ?? [];
    if (rest === undefined || offset === undefined) throw new Error(`Cannot follow "${call.name}(${call.args})"`);
    const data = this.#file(call)?.octets.subarray(Number(offset), Number(offset) + call.result);
    const to = this.#file({ ...call, args: rest });
    if (to && !data) throw new Error(`Cannot follow "${call.name}" into ${this.#root}: it copies from outside`);
    if (data) to?.write(Buffer.from(data), null, call.ended);
  }

  #write(call: Syscall, offset: number | null): void {
    const data = () => Buffer.concat(stringsOf(call.args)).subarray(0, call.result);
    this.#file(call)?.write(data(), offset, call.ended);
  }

  #sync(call: Syscall): void {
    const path = pathOfDescriptor(call.args);
    if (path === null || (path !== this.#root && !path.startsWith(`${this.#root}/`))) return;
    if (path !== this.#root && this.#names.get(path) !== 'folder') return this.#file(call)?.sync(call.began);
    const isCovered = (change: NameChange) => change.ended < call.began && change.folders.includes(path);
    for (const change of this.#nameChanges.filter(isCovered)) change.apply(this.#durableNames);
    this.#nameChanges = this.#nameChanges.filter((change) => !isCovered(change));
  }

  #name(folders: string[], ended: number, apply: NameChange['apply']): void {
    apply(this.#names);
    this.#nameChanges.push({ folders, ended, apply });
  }

  #rename(call: Syscall): void {
    const [from, to] = stringsOf(call.args).map(String) as [string, string];
    const node = this.#names.get(from);
    if (!node) return;
    if (node === 'folder') throw new Error(`Cannot follow the renaming of folder "${from}"`);
    this.#name([dirname(from), dirname(to)], call.ended, (names) => {
      names.delete(from);
      names.set(to, node);
    });
  }

  #unlink(call: Syscall): void {
    const path = String(stringsOf(call.args)[0]);
    if (this.#names.has(path)) this.#name([dirname(path)], call.ended, (names) => void names.delete(path));
  }

  #link(call: Syscall): void {
    const [from, to] = stringsOf(call.args).map(String) as [string, string];
    const node = this.#names.get(from);
    if (node) this.#name([dirname(to)], call.ended, (names) => void names.set(to, node));
  }

  #makeFolder(call: Syscall): void {
    const path = String(stringsOf(call.args)[0]);
    if (path.startsWith(`${this.#root}/`))
      this.#name([dirname(path)], call.ended, (names) => void names.set(path, 'folder'));
  }
}
