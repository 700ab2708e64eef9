import type { SekishoError } from '@sekisho/terms';
import { formatVoidHeader, type RecordHeader } from './record.ts';
import type { OpenSegment, Waiting } from './open-segment.ts';
import type { SpoolReference } from './reference.ts';

/** Overwrites a record's header with a void one and forgets its body. */
type MakeVoid = () => Promise<void>;

/**
 * A record that is written, so that it can be inspected, and not yet ours. It ends with `accept` or `void`; until then
 * its segment stays open. A crash before either may let it replay, as any whole record does.
 */
export class Provisional {
  readonly reference: SpoolReference;
  readonly #segment: OpenSegment;
  readonly #durable: Promise<SekishoError | null>;
  readonly #makeVoid: MakeVoid;
  #isEnded = false;

  constructor(
    reference: SpoolReference,
    segment: OpenSegment,
    durable: Promise<SekishoError | null>,
    makeVoid: MakeVoid,
  ) {
    this.reference = reference;
    this.#segment = segment;
    this.#durable = durable;
    this.#makeVoid = makeVoid;
  }

  /** Makes the message ours: resolves when its record is on stable storage, rejects with SpoolSyncError. */
  async accept(): Promise<SpoolReference> {
    this.#end('accept');
    const error = await this.#durable;
    this.#segment.release();
    if (error) throw error;
    return this.reference;
  }

  /** Makes the record one that never replays: resolves when that is on stable storage, rejects with SpoolSyncError. */
  async void(): Promise<void> {
    this.#end('void');
    try {
      await this.#makeVoid();
    } finally {
      this.#segment.release();
    }
  }

  #end(how: string): void {
    if (this.#isEnded) throw new Error(`Cannot ${how} "${this.reference.spoolId}": it was accepted or made void`);
    this.#isEnded = true;
  }
}

/** Who waits for a provisional record: `begun` when it can be read, its own `durable` when it is on stable storage. */
export function provisionalWaiting(
  segment: OpenSegment,
  forgetBody: (reference: SpoolReference) => Promise<void>,
  begun: (provisional: Provisional) => void,
  refused: (error: SekishoError) => void,
): (reference: SpoolReference, header: RecordHeader, key: Buffer) => Waiting {
  return (reference, header, key) => {
    const { promise, resolve } = Promise.withResolvers<SekishoError | null>();
    let isBegun = false;
    const makeVoid = async () => {
      await new Promise<void>((durable, failed) => {
        segment.overwrite(reference.offset, formatVoidHeader(segment.mark, header, key), { durable, failed });
      });
      await forgetBody(reference);
    };
    segment.hold();
    return {
      written() {
        isBegun = true;
        begun(new Provisional(reference, segment, promise, makeVoid));
      },
      durable: () => resolve(null),
      failed(error) {
        resolve(error);
        if (isBegun) return;
        segment.release();
        refused(error);
      },
    };
  };
}
