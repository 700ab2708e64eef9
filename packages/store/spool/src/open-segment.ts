import type { Clock } from '@sekisho/ports';
import { formatSpoolId, type SekishoError, type SpoolId } from '@sekisho/terms';
import { SpoolClosedError, spoolError } from './errors.ts';
import { batchSynced, type SpoolEvents, segmentFailed } from './events.ts';
import type { FileOps } from './file-ops.ts';
import { END_MARK, recordMark } from './record.ts';
import { SEGMENT_HEADER_OCTETS } from './segment-header.ts';

/** Somebody who waits for octets of his to be written, and synced. */
export interface Waiting {
  written?(): void;
  durable(): void;
  failed(error: SekishoError): void;
}

export interface OpenSegmentOptions {
  readonly ops: FileOps;
  readonly clock: Clock;
  readonly events: SpoolEvents;
  readonly fd: number;
  readonly file: string;
  readonly front: number;
  readonly number: number;
  readonly key: Buffer;
  readonly sizeOctets: number;
}

interface Overwrite {
  readonly at: number;
  readonly octets: Buffer;
}

/**
 * A segment that takes records. A batch is what arrived while the last sync ran: one write, one sync, then
 * everybody's answer. After the first error it takes nothing more and is never synced again.
 */
export class OpenSegment {
  readonly file: string;
  readonly key: Buffer;
  readonly mark: Buffer;
  /** Resolves when the file is closed: nothing will be written to it any more. */
  readonly closed: Promise<void>;
  sequence = 0;
  readonly #closed = Promise.withResolvers<void>();
  readonly #options: OpenSegmentOptions;
  readonly #end: number;
  #position = SEGMENT_HEADER_OCTETS;
  #buffers: Buffer[] = [];
  #batchAt = SEGMENT_HEADER_OCTETS;
  #overwrites: Overwrite[] = [];
  #waiting: Waiting[] = [];
  #isBusy = false;
  #isRetired = false;
  #isClosed = false;
  #holds = 0;
  #error: SekishoError | null = null;

  constructor(options: OpenSegmentOptions) {
    this.#options = options;
    this.file = options.file;
    this.key = options.key;
    this.mark = recordMark(options.key);
    this.closed = this.#closed.promise;
    this.#end = options.sizeOctets - SEGMENT_HEADER_OCTETS - END_MARK.length;
  }

  /** Where the next record begins. */
  get position(): number {
    return this.#position;
  }

  get isEmpty(): boolean {
    return this.#position === SEGMENT_HEADER_OCTETS;
  }

  /** Set after the first failed write or sync. */
  get error(): SekishoError | null {
    return this.#error;
  }

  hasRoomFor(octets: number): boolean {
    return this.#position + octets <= this.#end;
  }

  /** Name of the record that would begin at the current position. */
  nextSpoolId(): SpoolId {
    return formatSpoolId(this.#options.front, this.#options.number, this.#position);
  }

  /** Adds a record, padded to the alignment, to the next batch. */
  add(buffers: readonly Buffer[], octets: number, waiting: Waiting): void {
    for (const one of buffers) this.#buffers.push(one);
    this.#position += octets;
    this.sequence += 1;
    this.#wait(waiting);
  }

  /** Writes over what is already there, with the next batch. */
  overwrite(at: number, octets: Buffer, waiting: Waiting): void {
    if (this.#error || this.#isClosed) {
      waiting.failed(this.#error ?? new SpoolClosedError());
      return;
    }
    this.#overwrites.push({ at, octets });
    this.#wait(waiting);
  }

  /** Keeps the file open although no records follow, until {@link release}. */
  hold(): void {
    this.#holds += 1;
  }

  release(): void {
    this.#holds -= 1;
    this.#closeWhenDone();
  }

  /** No records follow: the file is closed when the last sync is done, and the last hold released unless `now`. */
  retire(now = false): void {
    this.#isRetired = true;
    if (now) this.#holds = Number.NEGATIVE_INFINITY;
    this.#closeWhenDone();
  }

  #wait(waiting: Waiting): void {
    this.#waiting.push(waiting);
    if (this.#isBusy) return;
    this.#isBusy = true;
    setImmediate(() => void this.#flush());
  }

  async #flush(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      const records = this.#buffers;
      const overwrites = this.#overwrites;
      const at = this.#batchAt;
      this.#waiting = [];
      this.#buffers = [];
      this.#overwrites = [];
      this.#batchAt = this.#position;
      try {
        await this.#write(records, at, overwrites);
        for (const one of batch) one.written?.();
        await this.#sync(batch.length, this.#batchAt - at);
      } catch (cause) {
        this.#fail(batch, cause);
        break;
      }
      for (const one of batch) one.durable();
    }
    this.#isBusy = false;
    this.#closeWhenDone();
  }

  async #write(records: Buffer[], at: number, overwrites: readonly Overwrite[]): Promise<void> {
    const { ops, fd } = this.#options;
    if (records.length > 0) {
      records.push(END_MARK);
      await ops.write(fd, records, at);
    }
    for (const one of overwrites) await ops.write(fd, [one.octets], one.at);
  }

  async #sync(records: number, octets: number): Promise<void> {
    const { ops, fd, clock, events } = this.#options;
    const from = clock.monotonic();
    await ops.sync(fd);
    batchSynced(events, records, octets, (clock.monotonic() - from) / 1000);
  }

  #fail(batch: readonly Waiting[], cause: unknown): void {
    const error = spoolError(`make a batch durable in "${this.file}"`, cause);
    const refused = [...batch, ...this.#waiting];
    this.#error = error;
    this.#isRetired = true;
    this.#waiting = [];
    this.#buffers = [];
    this.#overwrites = [];
    segmentFailed(this.#options.events, this.file, refused.length, error);
    for (const one of refused) one.failed(error);
  }

  #closeWhenDone(): void {
    const isHeld = this.#holds > 0 && !this.#error;
    if (!this.#isRetired || this.#isBusy || isHeld || this.#isClosed) return;
    this.#isClosed = true;
    this.#options.ops.close(this.#options.fd).then(this.#closed.resolve, this.#closed.resolve);
  }
}
