import { join } from 'node:path';
import type { Clock, Random } from '@sekisho/ports';
import { KEY_OCTETS } from '@sekisho/vault';
import { SpoolClosedError, spoolError } from './errors.ts';
import { preparationFailed, type SpoolEvents, segmentOpened } from './events.ts';
import type { FileOps } from './file-ops.ts';
import type { SpoolLimits } from './limits.ts';
import { segmentFileName, segmentPrefix } from './names.ts';
import { OpenSegment } from './open-segment.ts';
import { END_MARK } from './record.ts';
import { formatSegmentHeader, SEGMENT_HEADER_OCTETS } from './segment-header.ts';
import { SegmentNumbers } from './segment-numbers.ts';
import { Spares } from './spares.ts';

export interface SegmentSupplyOptions {
  readonly folder: string;
  readonly front: number;
  readonly spoolPublicKey: Buffer;
  readonly clock: Clock;
  readonly random: Random;
  readonly ops: FileOps;
  readonly limits: SpoolLimits;
  readonly events: SpoolEvents;
}

/** Makes segments that are ready for records: one ahead of need, and spares behind it. */
export class SegmentSupply {
  readonly #options: SegmentSupplyOptions;
  readonly #numbers: SegmentNumbers;
  readonly #spares: Spares;
  #ready: OpenSegment | null = null;
  #making: Promise<OpenSegment> | null = null;
  #makingFile: string | null = null;
  #background: Promise<void> = Promise.resolve();
  #isPreparing = false;
  #isStopped = false;

  static async open(options: SegmentSupplyOptions): Promise<SegmentSupply> {
    const { folder, front, clock, ops } = options;
    return new SegmentSupply(options, await SegmentNumbers.open(folder, front, clock, ops));
  }

  private constructor(options: SegmentSupplyOptions, numbers: SegmentNumbers) {
    this.#options = options;
    this.#numbers = numbers;
    this.#spares = new Spares(options.folder, options.front, options.random, options.ops, options.limits);
  }

  /** The segment made ahead of need, if there is one; the next is begun. */
  takeReady(): OpenSegment | null {
    const segment = this.#ready;
    if (segment) this.#handOver(segment);
    return segment;
  }

  /** Waits for a segment; rejects with SpoolFullError or SpoolSyncError when none can be made. */
  async take(): Promise<OpenSegment> {
    const segment = this.#ready ?? (await this.#begin());
    this.#handOver(segment);
    return segment;
  }

  /** The file of the segment that is made, or being made, ahead of need. */
  get aheadFile(): string | null {
    return this.#ready?.file ?? this.#makingFile;
  }

  /** Resolves when nothing is being prepared. */
  prepared(): Promise<void> {
    return this.#background;
  }

  /** Ends all preparation; gives back the segment made ahead of need, if any. */
  async stop(): Promise<OpenSegment | null> {
    this.#isStopped = true;
    this.#spares.stop();
    await this.#background;
    await this.#making?.catch(() => null);
    const segment = this.#ready;
    this.#ready = null;
    return segment;
  }

  #handOver(segment: OpenSegment): void {
    this.#ready = null;
    segmentOpened(this.#options.events, segment.file);
    if (!this.#isPreparing) this.#background = this.#prepareAhead();
  }

  async #prepareAhead(): Promise<void> {
    this.#isPreparing = true;
    try {
      while (!this.#isStopped) {
        if (!this.#ready) await this.#begin();
        else if (await this.#spares.isShort()) await this.#spares.prepare();
        else return;
      }
    } catch (error) {
      if (!(error instanceof SpoolClosedError)) preparationFailed(this.#options.events, 'segment', error);
    } finally {
      this.#isPreparing = false;
    }
  }

  #begin(): Promise<OpenSegment> {
    this.#making ??= this.#make().then(
      (segment) => {
        this.#making = null;
        this.#makingFile = null;
        this.#ready = segment;
        return segment;
      },
      (cause: unknown) => {
        this.#making = null;
        this.#makingFile = null;
        throw spoolError('make a spool segment', cause);
      },
    );
    return this.#making;
  }

  async #make(): Promise<OpenSegment> {
    const { folder, front, ops } = this.#options;
    const number = await this.#numbers.next();
    const temporary = join(folder, `${segmentPrefix(front, number)}.tmp`);
    const file = join(folder, segmentFileName(front, number));
    this.#makingFile = file;
    await this.#spares.take(temporary);
    let isRenamed = false;
    const fd = await ops.open(temporary, 'r+');
    try {
      const key = await this.#writeHeaders(fd, number);
      await ops.rename(temporary, file);
      isRenamed = true;
      await ops.syncFolder(folder);
      return this.#openSegment(fd, file, number, key);
    } catch (error) {
      await this.#discard(fd, isRenamed ? file : temporary);
      throw error;
    }
  }

  async #writeHeaders(fd: number, number: number): Promise<Buffer> {
    const { front, clock, random, ops, limits, spoolPublicKey } = this.#options;
    const key = random.bytes(KEY_OCTETS);
    const facts = { front, number, sizeOctets: limits.segmentOctets, createdAt: clock.now() };
    const header = formatSegmentHeader(facts, key, spoolPublicKey, random);
    await ops.write(fd, [header, END_MARK], 0);
    await ops.write(fd, [header], limits.segmentOctets - SEGMENT_HEADER_OCTETS);
    await ops.sync(fd);
    return key;
  }

  #openSegment(fd: number, file: string, number: number, key: Buffer): OpenSegment {
    const { front, ops, clock, events, limits } = this.#options;
    return new OpenSegment({ fd, file, number, key, front, ops, clock, events, sizeOctets: limits.segmentOctets });
  }

  /** A failed file is worth nothing and may hold what cannot be synced: it must not become a spare. */
  async #discard(fd: number, path: string): Promise<void> {
    try {
      await this.#options.ops.close(fd);
      await this.#options.ops.unlink(path);
    } catch (error) {
      preparationFailed(this.#options.events, path, error);
    }
  }
}
