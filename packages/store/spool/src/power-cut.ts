/** A model of a disk that forgets, for tests: what was not synced may be gone, torn or there after a cut. */
import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { diskFileOps, type FileOps } from './file-ops.ts';

const SECTOR_OCTETS = 512;

interface Write {
  readonly at: number;
  readonly octets: Buffer;
}

interface Inode {
  readonly synced: Write[];
  unsynced: Write[];
}

type Naming = { readonly name: string; readonly inode: Inode | null };

/** File operations on the real disk of which a power cut can be made up at any moment. */
export interface CuttableFileOps extends FileOps {
  /** Makes `folder` what a disk may hold after a cut now; `chance` gives numbers from 0 to 1. */
  cut(folder: string, chance: () => number): Promise<void>;
}

/** `isHonest` false: sync resolves and does nothing, to show that a test sees the loss. */
export function cuttableFileOps(isHonest = true): CuttableFileOps {
  const open = new Map<number, Inode>();
  const names = new Map<string, Inode>();
  const synced = new Map<string, Inode>();
  let namings: Naming[] = [];

  const name = (path: string, inode: Inode | null) => {
    if (inode) names.set(basename(path), inode);
    else names.delete(basename(path));
    namings.push({ name: basename(path), inode });
  };

  return {
    ...diskFileOps,
    async open(path, flags) {
      const fd = await diskFileOps.open(path, flags);
      const inode = names.get(basename(path)) ?? { synced: [], unsynced: [] };
      open.set(fd, inode);
      if (flags === 'wx+') name(path, inode);
      return fd;
    },
    async write(fd, buffers, at) {
      open.get(fd)!.unsynced.push({ at, octets: Buffer.concat(buffers) });
      await diskFileOps.write(fd, buffers, at);
    },
    async sync(fd) {
      const inode = open.get(fd)!;
      const written = inode.unsynced.length;
      await new Promise(setImmediate);
      if (isHonest) inode.synced.push(...inode.unsynced.splice(0, written));
    },
    async syncFolder() {
      const made = namings.length;
      await new Promise(setImmediate);
      if (!isHonest) return;
      for (const naming of namings.slice(0, made)) applyNaming(synced, naming);
      namings = namings.slice(made);
    },
    async rename(from, to) {
      await diskFileOps.rename(from, to);
      const inode = names.get(basename(from))!;
      name(to, inode);
      name(from, null);
    },
    async unlink(path) {
      await diskFileOps.unlink(path);
      name(path, null);
    },
    async cut(folder, chance) {
      const found = new Map(synced);
      const lucky = Math.floor(chance() * (namings.length + 1));
      for (const naming of namings.slice(0, lucky)) applyNaming(found, naming);
      const files = [...found].map(([path, inode]) => [join(folder, path), contentAfterCut(inode, chance)] as const);
      await mkdir(folder, { recursive: true });
      for (const [path, content] of files) await writeFile(path, content);
    },
  };
}

function applyNaming(names: Map<string, Inode>, { name, inode }: Naming): void {
  if (inode) names.set(name, inode);
  else names.delete(name);
}

/** All that was synced; of the rest each sector is old, new, zero or noise. */
function contentAfterCut({ synced, unsynced }: Inode, chance: () => number): Buffer {
  const torn = unsynced.filter(() => chance() < 0.7).flatMap((write) => [...tear(write, chance)]);
  const size = Math.max(0, ...[...synced, ...torn].map(({ at, octets }) => at + octets.length));
  const content = Buffer.alloc(size);
  for (const { at, octets } of [...synced, ...torn]) content.set(octets, at);
  return content;
}

function* tear({ at, octets }: Write, chance: () => number): Generator<Write> {
  const isWhole = chance() < 0.3;
  for (let from = 0; from < octets.length; ) {
    const to = Math.min(octets.length, from + SECTOR_OCTETS - ((at + from) % SECTOR_OCTETS));
    const fate = isWhole ? 0 : chance();
    const sector = Buffer.from(octets.subarray(from, to));
    const isShared = from === 0 && at % SECTOR_OCTETS !== 0;
    if (fate >= 0.8 && !isShared) sector.fill(fate < 0.9 ? 0 : Math.floor(chance() * 256));
    if (fate < 0.5 || fate >= 0.8) yield { at: at + from, octets: sector };
    from = to;
  }
}
