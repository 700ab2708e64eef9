import { join } from 'node:path';
import { PackReadError } from './errors.ts';
import type { FileOps } from './file-ops.ts';
import { type Place, parsePackName } from './place.ts';

const STREAM_OCTETS = 256 * 1024;

/** Reads by place; keeps the files read last open. */
export class PackReader {
  readonly #folder: string;
  readonly #ops: FileOps;
  readonly #openLimit: number;
  readonly #open = new Map<string, number>();

  constructor(folder: string, ops: FileOps, openLimit: number) {
    this.#folder = folder;
    this.#ops = ops;
    this.#openLimit = openLimit;
  }

  /** The sealed octets at a place, whole; throws PackReadError. */
  read({ pack, offset, length }: Place): Buffer {
    const fd = this.#fdOf(pack);
    const octets = Buffer.allocUnsafe(length);
    const found = this.#ops.read(fd, octets, offset);
    if (found < length) throw new PackReadError(pack, { detail: { offset, length, found } });
    return octets;
  }

  /** The same in chunks, for large bodies. */
  *readStream({ pack, offset, length }: Place): Generator<Buffer> {
    for (let at = 0; at < length; at += STREAM_OCTETS) {
      yield this.read({ pack, offset: offset + at, length: Math.min(STREAM_OCTETS, length - at) });
    }
  }

  /** Forgets a file that is about to go. */
  forget(pack: string): void {
    const fd = this.#open.get(pack);
    if (fd === undefined) return;
    this.#open.delete(pack);
    this.#ops.close(fd);
  }

  /** Closes all files. */
  close(): void {
    for (const pack of [...this.#open.keys()]) this.forget(pack);
  }

  #fdOf(pack: string): number {
    let fd = this.#open.get(pack);
    if (fd === undefined) {
      fd = this.#openFile(pack);
      if (this.#open.size >= this.#openLimit) this.forget(this.#open.keys().next().value!);
    } else {
      this.#open.delete(pack);
    }
    this.#open.set(pack, fd);
    return fd;
  }

  #openFile(pack: string): number {
    if (!parsePackName(pack)) throw new PackReadError(pack, { detail: { name: 'not one of a pack' } });
    try {
      return this.#ops.open(join(this.#folder, pack), 'r');
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause;
      throw new PackReadError(pack, { cause });
    }
  }
}
