import { closedSegments, type SegmentFile } from '@sekisho/spool';
import type { Log } from '@sekisho/ports';
import type { TenantId } from '@sekisho/terms';

export interface SegmentsPorts {
  readonly log: Log;
  list(): Promise<readonly SegmentFile[]>;
  /** Reads a segment from end to end, so that everything in it is known; says what was damaged. */
  read(file: string): Promise<{ readonly isDamaged: boolean }>;
  /** Whether messages of the tenant that were skipped would be taken now. */
  hasMuchRoom(tenant: TenantId): boolean;
  /** Nothing more comes into the segment, and everything in it is known. */
  complete(file: string, isFailed: boolean): void;
}

interface Segment {
  readonly file: string;
  /** Somebody may have put something into it that we were not told of. */
  isUnread: boolean;
  isBeingRead: boolean;
  closedAs: 'good' | 'failed' | null;
  /** Read while its front still wrote to it, and something in it was not whole. */
  isDoubtful: boolean;
  /** Something in it is damaged: it stays for a person to look at. */
  isKept: boolean;
  /** Tenants of which messages were passed over, because too many were on their way. */
  readonly skipped: Set<TenantId>;
  /** Reading it failed a moment ago. */
  isResting: boolean;
}

const LIST_AGAIN_MS = 1000;
const READ_AGAIN_MS = 5000;

/**
 * Which segments of the spool count as complete. A segment that owes nothing is dropped, so it may only be said to be
 * closed when everything in it is known: told of by its front, without a gap, or read. While too many messages are on
 * their way, those above are not remembered; their segments are read again when there is room.
 */
export class Segments {
  readonly #ports: SegmentsPorts;
  readonly #segments = new Map<string, Segment>();
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #started = Promise.withResolvers<void>();
  /** Nothing that fronts tell counts before it is known what is there. */
  #order: Promise<void> = this.#started.promise;
  #serving: Promise<void> | null = null;
  #isStopped = false;

  constructor(ports: SegmentsPorts) {
    this.#ports = ports;
  }

  /**
   * Segments that cannot be dropped before they are read; those that stay because something is damaged; and those of
   * which it is not known yet, because they were read while their front wrote.
   */
  get counts(): { readonly unread: number; readonly kept: number; readonly doubtful: number } {
    const all = [...this.#segments.values()];
    return {
      unread: all.filter((one) => one.isUnread || one.isBeingRead || one.skipped.size > 0).length,
      kept: all.filter((one) => one.isKept).length,
      doubtful: all.filter((one) => one.isDoubtful).length,
    };
  }

  /** Segments that are there: all of them are read, and these take no more records. */
  found(listed: readonly SegmentFile[], closed: readonly SegmentFile[] = []): void {
    for (const { file } of listed) this.#of(file).isUnread = true;
    for (const { file } of closed) this.#close(file, 'good');
    this.#started.resolve();
    void this.read();
  }

  /**
   * A front is there, anew or again, and writes to these segments. What it accepted while nobody listened is found in its
   * segments; what it says after this about closed ones counts only then.
   */
  greeted(front: number, live: readonly string[]): void {
    this.#inOrder(async () => {
      const own = (await this.#list()).filter((one) => one.front === front);
      this.found(own, closedSegments(own, live));
    });
  }

  /** A front says that it writes no more to a segment. */
  closed(file: string, isFailed: boolean): void {
    this.#inOrder(async () => this.#close(file, isFailed ? 'failed' : 'good'));
  }

  /** A message was passed over. */
  skipped(file: string, tenant: TenantId): void {
    this.#of(file).skipped.add(tenant);
  }

  /** Messages left the way: segments with some that were passed over may be read again. */
  roomAgain(): void {
    if (!this.#serving && this.#next()) void this.read();
  }

  /** Reads what is to be read now; resolves when there is nothing more. */
  read(): Promise<void> {
    this.#serving ??= this.#serve().finally(() => {
      this.#serving = null;
    });
    return this.#serving;
  }

  /** A segment was dropped. */
  forget(file: string): void {
    this.#segments.delete(file);
  }

  /** Ends after the segment that is being read. */
  stop(): void {
    this.#isStopped = true;
    for (const timer of this.#timers) clearTimeout(timer);
  }

  async #serve(): Promise<void> {
    for (let next = this.#next(); next && !this.#isStopped; next = this.#next()) await this.#readOne(next);
  }

  #next(): Segment | undefined {
    let first: Segment | undefined;
    for (const one of this.#segments.values()) {
      if (this.#isDue(one) && (!first || one.file < first.file)) first = one;
    }
    return first;
  }

  #isDue({ isUnread, skipped, isResting }: Segment): boolean {
    if (isResting) return false;
    return isUnread || skipped.values().some((tenant) => this.#ports.hasMuchRoom(tenant));
  }

  async #readOne(segment: Segment): Promise<void> {
    const wasClosed = segment.closedAs !== null;
    segment.isUnread = false;
    segment.isBeingRead = true;
    segment.skipped.clear();
    try {
      const { isDamaged } = await this.#ports.read(segment.file);
      segment.isDoubtful = isDamaged && !wasClosed;
      segment.isKept = isDamaged && wasClosed;
    } catch (error) {
      segment.isUnread = true;
      this.#readLater(segment, error as Error);
    }
    segment.isBeingRead = false;
    this.#complete(segment);
  }

  /** A disk that gives an error now may not in a while; meanwhile the others are read. */
  #readLater(segment: Segment, error: Error): void {
    this.#ports.log.error('recovery.segment-not-read', { file: segment.file, error: error.message });
    segment.isResting = true;
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      segment.isResting = false;
      void this.read();
    }, READ_AGAIN_MS).unref();
    this.#timers.add(timer);
  }

  #close(file: string, how: 'good' | 'failed'): void {
    const segment = this.#of(file);
    if (segment.closedAs !== 'failed') segment.closedAs = how;
    this.#complete(segment);
  }

  #complete(segment: Segment): void {
    const { closedAs, isUnread, isBeingRead, isKept, skipped } = segment;
    if (closedAs === null || isUnread || isBeingRead || isKept || skipped.size > 0) return;
    if (segment.isDoubtful) {
      segment.isUnread = true;
      void this.read();
    } else this.#ports.complete(segment.file, closedAs === 'failed');
  }

  #of(file: string): Segment {
    let segment = this.#segments.get(file);
    if (!segment) {
      segment = {
        file,
        isUnread: false,
        isBeingRead: false,
        closedAs: null,
        isDoubtful: false,
        isKept: false,
        skipped: new Set(),
        isResting: false,
      };
      this.#segments.set(file, segment);
    }
    return segment;
  }

  /** What fronts tell is taken in the order of telling, also when listing takes time. */
  #inOrder(work: () => Promise<void>): void {
    this.#order = this.#order.then(work);
  }

  /** Without a list nothing may be closed, so it is asked for until it comes. */
  async #list(): Promise<readonly SegmentFile[]> {
    for (;;) {
      try {
        return await this.#ports.list();
      } catch (error) {
        this.#ports.log.error('recovery.not-listed', { error: (error as Error).message });
        await new Promise((resolve) => this.#timers.add(setTimeout(resolve, LIST_AGAIN_MS).unref()));
      }
    }
  }
}
