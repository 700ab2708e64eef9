import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock, Log, Meter, Random } from '@sekisho/ports';
import type { Envelope, SekishoError } from '@sekisho/terms';
import { RecordTooLargeError, SpoolClosedError } from './errors.ts';
import { preparationFailed, type SpoolEvents, segmentRefused } from './events.ts';
import { diskFileOps, type FileOps } from './file-ops.ts';
import { LargeBodyWriter } from './large-body.ts';
import { DEFAULT_SPOOL_LIMITS, type SpoolLimits } from './limits.ts';
import { isTemporaryOf } from './names.ts';
import { Nonces } from './nonces.ts';
import type { OpenSegment } from './open-segment.ts';
import { type Draft, draftRecord, placeRecord } from './place-record.ts';
import { type Provisional, provisionalWaiting } from './provisional.ts';
import { END_MARK } from './record.ts';
import type { SpoolReference } from './reference.ts';
import { Room } from './room.ts';
import { SEGMENT_HEADER_OCTETS } from './segment-header.ts';
import { SegmentSupply } from './segment-supply.ts';

export interface SpoolWriterOptions {
  readonly folder: string;
  /** 0 to 31; one writer at a time for each. */
  readonly front: number;
  readonly spoolPublicKey: Buffer;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly meter: Meter;
  readonly limits?: Partial<SpoolLimits>;
  readonly ops?: FileOps;
  /** Told when nothing will be written to a segment any more; `isFailed` when it must not be used again. */
  readonly segmentClosed?: (segmentFile: string, isFailed: boolean) => void;
}

interface Applicant {
  readonly draft: Draft;
  place(segment: OpenSegment): void;
  refuse(error: SekishoError): void;
}

/** The writing side of the spool: one front's messages, on stable storage before they are acknowledged. */
export class SpoolWriter {
  readonly #options: SpoolWriterOptions;
  readonly #ops: FileOps;
  readonly #limits: SpoolLimits;
  readonly #events: SpoolEvents;
  readonly #supply: SegmentSupply;
  readonly #room: Room;
  readonly #nonces: Nonces;
  readonly #live = new Set<OpenSegment>();
  #segment: OpenSegment;
  #applicants: Applicant[] = [];
  #isRolling = false;
  #rolling: Promise<void> = Promise.resolve();
  #closing: Promise<void> | null = null;

  /** Opens the folder (made 0700) with a new segment; segments of earlier runs are left as they are. */
  static async open(options: SpoolWriterOptions): Promise<SpoolWriter> {
    const { folder, front, clock, log, meter, ops = diskFileOps } = options;
    const limits = { ...DEFAULT_SPOOL_LIMITS, ...options.limits };
    const events = { log, meter };
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await chmod(folder, 0o700);
    for (const name of await ops.list(folder)) {
      if (isTemporaryOf(front, name)) await ops.unlink(join(folder, name));
    }
    const room = new Room(folder, limits.reserveOctets, ops, clock, events);
    await room.refresh();
    const supply = await SegmentSupply.open({ ...options, ops, limits, events });
    return new SpoolWriter(options, limits, ops, events, room, supply, await supply.take());
  }

  private constructor(
    options: SpoolWriterOptions,
    limits: SpoolLimits,
    ops: FileOps,
    events: SpoolEvents,
    room: Room,
    supply: SegmentSupply,
    segment: OpenSegment,
  ) {
    this.#options = options;
    this.#limits = limits;
    this.#ops = ops;
    this.#events = events;
    this.#room = room;
    this.#supply = supply;
    this.#nonces = new Nonces(options.random);
    this.#segment = segment;
    this.#enter(segment);
  }

  /** Resolves when the message is on stable storage; rejects with SpoolFullError or SpoolSyncError: it is not ours. */
  append(envelope: Envelope, body: readonly Buffer[]): Promise<SpoolReference> {
    if (octetsOf(body) <= this.#limits.inlineBodyOctets) return this.#append(draftRecord(envelope, body));
    return this.#large(body).then((large) => large.finish(envelope));
  }

  /** Resolves when the message can be read by its reference; it is ours only after `accept`. */
  async beginProvisional(envelope: Envelope, body: readonly Buffer[]): Promise<Provisional> {
    if (octetsOf(body) <= this.#limits.inlineBodyOctets) return this.#begin(draftRecord(envelope, body));
    return (await this.#large(body)).finishProvisional(envelope);
  }

  /** Takes a body of any size, a chunk at a time, into a file of its own. */
  openLargeBody(): LargeBodyWriter {
    return new LargeBodyWriter({
      ...this.#options,
      ops: this.#ops,
      append: (draft) => this.#append(draft),
      begin: (draft) => this.#begin(draft),
    });
  }

  /** Whether a message of so many octets will probably find room, beside the reserve. Costs no system call. */
  hasRoom(octets: number): boolean {
    return this.#room.has(octets);
  }

  /** Segments that may still be written to, now or as the next; `closedSegments` says which others are closed. */
  liveSegments(): string[] {
    const ahead = this.#supply.aheadFile;
    return [...new Set([...this.#live].map((one) => one.file).concat(ahead ?? []))];
  }

  /** Resolves when the next segment and the spares are ready, or could not be made: for benches and tests. */
  prepared(): Promise<void> {
    return this.#supply.prepared();
  }

  /** Waits for the last sync; what is appended from now on is refused. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #append(draft: Draft): Promise<SpoolReference> {
    return new Promise((resolve, failed) => {
      const waiting = (reference: SpoolReference) => ({ durable: () => resolve(reference), failed });
      this.#apply({
        draft,
        place: (segment) => placeRecord(segment, draft, this.#nonces, waiting),
        refuse: failed,
      });
    });
  }

  #begin(draft: Draft): Promise<Provisional> {
    return new Promise((resolve, refuse) => {
      const forget = (reference: SpoolReference) => this.#removeBody(reference.bodyFile);
      this.#apply({
        draft,
        place: (segment) =>
          placeRecord(segment, draft, this.#nonces, provisionalWaiting(segment, forget, resolve, refuse)),
        refuse,
      });
    });
  }

  #apply(applicant: Applicant): void {
    const { octets } = applicant.draft;
    const capacity = this.#limits.segmentOctets - 2 * SEGMENT_HEADER_OCTETS - END_MARK.length;
    if (this.#closing) this.#refuse(applicant, new SpoolClosedError());
    else if (octets > capacity) this.#refuse(applicant, new RecordTooLargeError(octets, this.#limits.segmentOctets));
    else this.#admit(applicant);
  }

  #admit(applicant: Applicant): void {
    this.#room.promise(applicant.draft.octets);
    if (!this.#isRolling && this.#isReadyFor(applicant)) {
      applicant.place(this.#segment);
      return;
    }
    this.#applicants.push(applicant);
    if (!this.#isRolling) this.#rolling = this.#roll();
  }

  #isReadyFor(applicant: Applicant): boolean {
    return this.#segment.error === null && this.#segment.hasRoomFor(applicant.draft.octets);
  }

  /** Places everybody who waits, with as many new segments as that takes. */
  async #roll(): Promise<void> {
    this.#isRolling = true;
    try {
      for (let first = this.#applicants[0]; first; first = this.#applicants[0]) {
        if (!this.#isReadyFor(first)) {
          this.#segment.retire();
          this.#segment = this.#supply.takeReady() ?? (await this.#supply.take());
          this.#enter(this.#segment);
        }
        if (this.#closing) throw new SpoolClosedError();
        this.#applicants.shift();
        first.place(this.#segment);
      }
    } catch (error) {
      this.#refuseAll(error as SekishoError);
    } finally {
      this.#isRolling = false;
    }
  }

  #refuseAll(error: SekishoError): void {
    const refused = this.#applicants;
    this.#applicants = [];
    segmentRefused(this.#events, refused.length, error);
    for (const one of refused) this.#refuse(one, error);
  }

  #refuse({ draft, refuse }: Applicant, error: SekishoError): void {
    void this.#removeBody(draft.large?.file).finally(() => refuse(error));
  }

  async #removeBody(file: string | undefined): Promise<void> {
    if (file === undefined) return;
    try {
      await this.#ops.unlink(file);
    } catch (error) {
      preparationFailed(this.#events, file, error);
    }
  }

  async #large(body: readonly Buffer[]): Promise<LargeBodyWriter> {
    const large = this.openLargeBody();
    for (const one of body) await large.write(one);
    return large;
  }

  #enter(segment: OpenSegment): void {
    this.#live.add(segment);
    void segment.closed.then(() => {
      this.#live.delete(segment);
      if (!segment.isEmpty) this.#options.segmentClosed?.(segment.file, segment.error !== null);
    });
  }

  async #close(): Promise<void> {
    const ready = await this.#supply.stop();
    await this.#rolling;
    if (ready) this.#enter(ready);
    const segments = [...this.#live];
    for (const one of segments) one.retire(true);
    await Promise.all(segments.map((one) => one.closed));
    for (const one of segments) if (one.isEmpty && !one.error) await this.#keepAsSpare(one.file);
  }

  async #keepAsSpare(file: string): Promise<void> {
    try {
      await this.#ops.rename(file, file.replace(/\.segment$/, '.spare'));
    } catch (error) {
      preparationFailed(this.#events, file, error);
    }
  }
}

const octetsOf = (body: readonly Buffer[]) => body.reduce((sum, one) => sum + one.length, 0);
