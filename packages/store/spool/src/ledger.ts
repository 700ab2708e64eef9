import type { SpoolId, TenantId } from '@sekisho/terms';
import type { SpoolReference } from './reference.ts';

/** A segment that may be dropped, with the large bodies that go with it. */
export interface LedgerSegment {
  readonly segmentFile: string;
  readonly bodyFiles: readonly string[];
  /** The segment failed: its file must not be used again. */
  readonly isFailed: boolean;
}

interface Account {
  readonly debt: Set<SpoolId>;
  readonly bodyFiles: string[];
  oldestAt: number;
  isClosed: boolean;
  isFailed: boolean;
}

/**
 * What each segment still owes: its records that are not durable in a tenant's store. Held in memory by the core and
 * rebuilt from the segments at its start.
 */
export class SegmentLedger {
  readonly #accounts = new Map<string, Account>();
  readonly #segmentOf = new Map<SpoolId, string>();
  readonly #batches = new Map<TenantId, Map<number, SpoolId[]>>();

  /** A record is there. Telling it again changes nothing; a record that is already settled must not be told again. */
  owe(reference: Pick<SpoolReference, 'spoolId' | 'segmentFile' | 'bodyFile' | 'envelope'>): void {
    const account = this.#account(reference.segmentFile);
    if (account.debt.has(reference.spoolId)) return;
    account.debt.add(reference.spoolId);
    account.oldestAt = Math.min(account.oldestAt, reference.envelope.receivedAt);
    if (reference.bodyFile !== undefined) account.bodyFiles.push(reference.bodyFile);
    this.#segmentOf.set(reference.spoolId, reference.segmentFile);
  }

  /** The record is in the tenant's store with this batch; its debt ends when that batch is durable. */
  committed(spoolId: SpoolId, tenant: TenantId, batch: number): void {
    const batches = this.#batches.get(tenant) ?? new Map<number, SpoolId[]>();
    this.#batches.set(tenant, batches);
    const ids = batches.get(batch);
    if (ids) ids.push(spoolId);
    else batches.set(batch, [spoolId]);
  }

  /** All batches of the tenant up to this one are on stable storage. */
  durable(tenant: TenantId, batch: number): void {
    const batches = this.#batches.get(tenant);
    if (!batches) return;
    for (const [number, ids] of batches) {
      if (number > batch) continue;
      for (const id of ids) this.settle(id);
      batches.delete(number);
    }
    if (batches.size === 0) this.#batches.delete(tenant);
  }

  /** The record is durable elsewhere, or owes nothing. */
  settle(spoolId: SpoolId): void {
    const segmentFile = this.#segmentOf.get(spoolId);
    if (segmentFile === undefined) return;
    this.#segmentOf.delete(spoolId);
    this.#accounts.get(segmentFile)!.debt.delete(spoolId);
  }

  /** No record will be added to the segment any more. */
  closed(segmentFile: string, isFailed = false): void {
    const account = this.#account(segmentFile);
    account.isClosed = true;
    account.isFailed ||= isFailed;
  }

  /** Closed segments that owe nothing. */
  droppable(): LedgerSegment[] {
    return [...this.#accounts]
      .filter(([, account]) => account.isClosed && account.debt.size === 0)
      .map(([segmentFile, { bodyFiles, isFailed }]) => ({ segmentFile, bodyFiles, isFailed }));
  }

  /** The segment is dropped. */
  dropped(segmentFile: string): void {
    this.#accounts.delete(segmentFile);
  }

  /** Whether the record is known and not settled. */
  owes(spoolId: SpoolId): boolean {
    return this.#segmentOf.has(spoolId);
  }

  /** Records owed in all, or by one segment. */
  debt(segmentFile?: string): number {
    return segmentFile === undefined ? this.#segmentOf.size : (this.#accounts.get(segmentFile)?.debt.size ?? 0);
  }

  /** When the oldest message was received whose segment still owes something; `null` when nothing is owed. */
  oldestAt(): number | null {
    const times = [...this.#accounts.values()].filter((one) => one.debt.size > 0).map((one) => one.oldestAt);
    return times.length === 0 ? null : Math.min(...times);
  }

  #account(segmentFile: string): Account {
    let account = this.#accounts.get(segmentFile);
    if (!account) {
      account = { debt: new Set(), bodyFiles: [], oldestAt: Number.MAX_SAFE_INTEGER, isClosed: false, isFailed: false };
      this.#accounts.set(segmentFile, account);
    }
    return account;
  }
}
