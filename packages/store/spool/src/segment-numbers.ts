import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '@sekisho/ports';
import type { FileOps } from './file-ops.ts';
import { frontDigit, parseSegmentFileName } from './names.ts';

/**
 * Numbers of a front's segments: the milliseconds of their making, or one more than the last where the clock is
 * behind it. The last number is in a file, so that none is given twice, even after all segments are gone.
 */
export class SegmentNumbers {
  readonly #folder: string;
  readonly #front: number;
  readonly #clock: Clock;
  readonly #ops: FileOps;
  #last: number;

  static async open(folder: string, front: number, clock: Clock, ops: FileOps): Promise<SegmentNumbers> {
    const used = (await ops.list(folder))
      .map(parseSegmentFileName)
      .filter((one) => one?.front === front)
      .map((one) => one!.number);
    const kept = await keptNumber(markFile(folder, front));
    return new SegmentNumbers(folder, front, clock, ops, Math.max(0, kept, ...used));
  }

  private constructor(folder: string, front: number, clock: Clock, ops: FileOps, last: number) {
    this.#folder = folder;
    this.#front = front;
    this.#clock = clock;
    this.#ops = ops;
    this.#last = last;
  }

  /** A number never given before. It is on stable storage once the caller has synced the folder. */
  async next(): Promise<number> {
    const number = Math.max(this.#last + 1, this.#clock.now());
    this.#last = number;
    const file = markFile(this.#folder, this.#front);
    const temporary = file.replace(/last$/, `${number}.tmp`);
    const fd = await this.#ops.open(temporary, 'wx+');
    try {
      await this.#ops.write(fd, [Buffer.from(`${number}\n`)], 0);
      await this.#ops.sync(fd);
    } finally {
      await this.#ops.close(fd);
    }
    await this.#ops.rename(temporary, file);
    return number;
  }
}

const markFile = (folder: string, front: number) => join(folder, `${frontDigit(front)}.last`);

async function keptNumber(file: string): Promise<number> {
  try {
    const text = await readFile(file, 'utf8');
    return /^\d{1,15}\n$/.test(text) ? Number(text) : 0;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0;
    throw error;
  }
}
