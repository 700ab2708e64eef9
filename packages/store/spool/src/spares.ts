import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Random } from '@sekisho/ports';
import { SpoolClosedError } from './errors.ts';
import type { FileOps } from './file-ops.ts';
import type { SpoolLimits } from './limits.ts';
import { frontDigit, isSpareOf } from './names.ts';

/** How much is written before a sync while a segment is prepared, so that no sync of a batch waits behind it all. */
const SYNC_EACH_OCTETS = 8 * 1024 * 1024;

/** Segments without records, whole and allocated: dropped ones, and those prepared in the background. */
export class Spares {
  readonly #folder: string;
  readonly #front: number;
  readonly #random: Random;
  readonly #ops: FileOps;
  readonly #limits: SpoolLimits;
  readonly #zeros: Buffer;
  #isStopped = false;

  constructor(folder: string, front: number, random: Random, ops: FileOps, limits: SpoolLimits) {
    this.#folder = folder;
    this.#front = front;
    this.#random = random;
    this.#ops = ops;
    this.#limits = limits;
    this.#zeros = Buffer.alloc(limits.fillChunkOctets);
  }

  /** Moves a spare to `file`, or prepares one there when there is none. */
  async take(file: string): Promise<void> {
    for (const name of await this.#list()) {
      const spare = join(this.#folder, name);
      if ((await stat(spare)).size === this.#limits.segmentOctets) return this.#ops.rename(spare, file);
      await this.#ops.unlink(spare);
    }
    await this.#fill(file);
  }

  /** Whether there are fewer spares than there should be. */
  async isShort(): Promise<boolean> {
    return (await this.#list()).length < this.#limits.spareSegments;
  }

  /** Prepares one more spare. */
  async prepare(): Promise<void> {
    const path = join(this.#folder, `${frontDigit(this.#front)}-${this.#random.bytes(8).toString('hex')}`);
    await this.#fill(`${path}.tmp`);
    await this.#ops.rename(`${path}.tmp`, `${path}.spare`);
  }

  /** Ends preparation at the next chunk; what is half done is removed. */
  stop(): void {
    this.#isStopped = true;
  }

  async #list(): Promise<string[]> {
    return (await this.#ops.list(this.#folder)).filter((name) => isSpareOf(this.#front, name));
  }

  async #fill(file: string): Promise<void> {
    const fd = await this.#ops.open(file, 'wx+');
    try {
      const end = this.#limits.segmentOctets;
      let unsynced = 0;
      for (let at = 0; at < end; at += this.#zeros.length) {
        if (this.#isStopped) throw new SpoolClosedError();
        const chunk = this.#zeros.subarray(0, Math.min(this.#zeros.length, end - at));
        await this.#ops.write(fd, [chunk], at);
        unsynced += chunk.length;
        if (unsynced < SYNC_EACH_OCTETS) continue;
        await this.#ops.sync(fd);
        unsynced = 0;
      }
      await this.#ops.sync(fd);
    } catch (error) {
      await this.#ops.unlink(file);
      throw error;
    } finally {
      await this.#ops.close(fd);
    }
  }
}
