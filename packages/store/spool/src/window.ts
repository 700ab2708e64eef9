import type { FileHandle } from 'node:fs/promises';

const WINDOW_OCTETS = 4 * 1024 * 1024;

/** What is read at a time where the disk gives errors. */
export const PIECE_OCTETS = 4096;

/** A file of records seen through a window that moves forward: few large reads, little memory. */
export class Window {
  readonly #handle: Pick<FileHandle, 'read'>;
  readonly #unreadable = new Set<number>();
  readonly endOctets: number;
  #at = 0;
  #octets = Buffer.alloc(0);

  /** `endOctets`: what is beyond is never looked at. */
  constructor(handle: Pick<FileHandle, 'read'>, endOctets: number) {
    this.#handle = handle;
    this.endOctets = endOctets;
  }

  /** Octets at `position`: as many as asked for, fewer at the end. Valid until the next call. */
  async read(position: number, octets: number): Promise<Buffer> {
    const wanted = Math.max(0, Math.min(octets, this.endOctets - position));
    const from = position - this.#at;
    if (from < 0 || from + wanted > this.#octets.length) await this.#move(position, wanted);
    return this.#octets.subarray(position - this.#at, position - this.#at + wanted);
  }

  /** First place at or after `position`, a multiple of `step` from the file's start, where `mark` stands; or -1. */
  async find(mark: Buffer, position: number, step: number): Promise<number> {
    for (let at = position; at < this.endOctets; ) {
      const seen = await this.read(at, WINDOW_OCTETS);
      for (let found = seen.indexOf(mark); found >= 0; found = seen.indexOf(mark, found + 1)) {
        if ((at + found) % step === 0) return at + found;
      }
      if (seen.length < mark.length) return -1;
      at += seen.length - mark.length + 1;
    }
    return -1;
  }

  /** Pieces, by where they begin, for which the disk gave an error; they are seen as zeros. */
  get unreadable(): readonly number[] {
    return [...this.#unreadable];
  }

  async #move(position: number, wanted: number): Promise<void> {
    const octets = Buffer.alloc(Math.min(Math.max(wanted, WINDOW_OCTETS), this.endOctets - position));
    this.#octets = octets.subarray(0, await this.#fill(octets, position));
    this.#at = position;
  }

  async #fill(octets: Buffer, position: number): Promise<number> {
    try {
      return await this.#readInto(octets, position);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EIO') throw error;
    }
    let filled = 0;
    for (let at = 0; at < octets.length; at += PIECE_OCTETS) {
      const piece = octets.subarray(at, at + PIECE_OCTETS);
      filled = Math.max(filled, at + (await this.#readPiece(piece, position + at)));
    }
    return filled;
  }

  async #readPiece(piece: Buffer, position: number): Promise<number> {
    try {
      return await this.#readInto(piece, position);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EIO') throw error;
      piece.fill(0);
      this.#unreadable.add(position);
      return piece.length;
    }
  }

  async #readInto(octets: Buffer, position: number): Promise<number> {
    let filled = 0;
    while (filled < octets.length) {
      const { bytesRead } = await this.#handle.read(octets, filled, octets.length - filled, position + filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return filled;
  }
}
