import type { Inspection } from '@sekisho/inspection';
import type { SegmentLedger, SpoolReference } from '@sekisho/spool';
import type { SpoolId } from '@sekisho/terms';
import type { Inspected } from '../message-path.ts';
import type { Feeder } from './feeder.ts';

/** A message that is inspected before its reply: not ours until it is accepted. */
interface BeforeReply {
  isAccepted: boolean;
  inspection: Inspection | null;
  readonly inspected: (inspection: Inspection) => void;
}

export interface ArrivalsPorts {
  readonly ledger: SegmentLedger;
  readonly feeder: Feeder<SpoolReference>;
  /** A message that is ours and inspected. */
  take(message: Inspected): void;
}

/**
 * Keeps account of which spooled messages have been seen, whoever tells of them: the front's hints, a recovery, or a
 * look before the reply. Each goes to inspection once.
 */
export class Arrivals {
  readonly #ports: ArrivalsPorts;
  readonly #seen = new Map<string, Set<SpoolId>>();
  readonly #before = new Map<SpoolId, BeforeReply>();

  constructor(ports: ArrivalsPorts) {
    this.#ports = ports;
  }

  isKnown({ segmentFile, spoolId }: SpoolReference): boolean {
    return this.#before.has(spoolId) || (this.#seen.get(segmentFile)?.has(spoolId) ?? false);
  }

  /** Marks a message as seen; false when it was already. */
  see({ segmentFile, spoolId }: SpoolReference): boolean {
    let seen = this.#seen.get(segmentFile);
    if (!seen) this.#seen.set(segmentFile, (seen = new Set()));
    if (seen.has(spoolId)) return false;
    seen.add(spoolId);
    return true;
  }

  /** A message got 250. */
  accepted(reference: SpoolReference): void {
    if (!this.see(reference)) return;
    this.#ports.ledger.owe(reference);
    const before = this.#before.get(reference.spoolId);
    if (!before) this.#ports.feeder.offer(reference, reference);
    else if (before.inspection) {
      this.#before.delete(reference.spoolId);
      this.#ports.take({ reference, inspection: before.inspection });
    } else before.isAccepted = true;
  }

  /** Looks at a message whose client waits; resolves with what was found. */
  inspectBeforeReply(reference: SpoolReference): Promise<Inspection> {
    const { promise, resolve } = Promise.withResolvers<Inspection>();
    this.#before.set(reference.spoolId, { isAccepted: false, inspection: null, inspected: resolve });
    this.#ports.feeder.offer(reference, reference, true);
    return promise;
  }

  /** A message that was looked at before the reply was refused. */
  voided(spoolId: SpoolId): void {
    this.#before.delete(spoolId);
  }

  /** What a scan process found; a message that is not ours yet waits for its acceptance. */
  inspected(reference: SpoolReference, inspection: Inspection): void {
    const before = this.#before.get(reference.spoolId);
    const isOurs = this.#seen.get(reference.segmentFile)?.has(reference.spoolId) ?? false;
    if (before && !before.isAccepted) {
      before.inspection = inspection;
      before.inspected(inspection);
      return;
    }
    this.#before.delete(reference.spoolId);
    if (isOurs) this.#ports.take({ reference, inspection });
  }

  /** A segment is gone, and with it everything that could tell of its messages. */
  forget(segmentFile: string): void {
    this.#seen.delete(segmentFile);
  }
}
