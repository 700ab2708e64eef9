import { changes, type Tx } from '@sekisho/tenants';
import { z } from 'zod';
import { recordHistory } from './record-history.ts';
import { LEASE_COLUMNS, type Lease, type LeaseRow, readLease } from './recipient.ts';

/** Due rows looked at in one claim when destinations are left out. */
const LOOKED_AT = 5000;
const LEFT_OUT = 8;

const question = z.object({
  limit: z.int().min(1).max(1000),
  leaseMs: z.int().min(1),
  /** The run that claims; `reclaim` tells its leases from those of an earlier run. */
  owner: z.string().max(64),
  /** Destinations that have enough to do. */
  except: z.array(z.string()).max(LEFT_OUT).default([]),
});

/** What a claim found. */
export interface Claimed {
  readonly leases: readonly Lease[];
  /** When the next row that is not yet due becomes so; a lease that ends counts. */
  readonly nextDueAt: number | null;
  /** True when there was more than `limit`. */
  readonly hasMore: boolean;
  /** True when rows are due but wait for their batch to be durable. */
  readonly waitsForDurable: boolean;
}

type DueRow = LeaseRow & { readonly state: 'waiting' | 'leased'; readonly cancelling: number };

/**
 * Leases what is due, oldest first. Being durable before anybody connects, the lease is also the note that an attempt
 * began. A lease that ran out is claimed like any other row, and leaves an attempt of unknown outcome behind.
 */
export const claim = changes(question, async (tx, q, { now, durableBatch }): Promise<Claimed> => {
  const rows =
    q.except.length === 0 ? await due(tx, q.limit, now, durableBatch) : await dueElsewhere(tx, q, now, durableBatch);
  const leases: Lease[] = [];
  for (const row of rows) {
    if (row.state === 'leased') await noteUnknown(tx, row, now);
    if (row.cancelling === 1) await endCancelled(tx, row);
    else leases.push(await lease(tx, row, now + q.leaseMs, q.owner));
  }
  const later = await tx.one<{ due_at: number }>(
    'SELECT due_at FROM delivery_recipient WHERE due_at > ? ORDER BY due_at LIMIT 1',
    now,
  );
  const undurable =
    rows.length < q.limit &&
    (await tx.one('SELECT 1 FROM delivery_recipient WHERE due_at <= ? AND batch > ? LIMIT 1', now, durableBatch));
  return {
    leases,
    nextDueAt: later?.due_at ?? null,
    hasMore: rows.length === q.limit,
    waitsForDurable: Boolean(undurable),
  };
});

/** All that is due, oldest first; the inner select reads one index from its beginning and stops at the limit. */
export const DUE = `SELECT ${LEASE_COLUMNS}, r.state, r.cancelling FROM
    (SELECT message, recipient FROM delivery_recipient WHERE due_at <= ? AND batch <= ?
     ORDER BY due_at, message, recipient LIMIT ?) d
  JOIN delivery_recipient r ON r.message = d.message AND r.recipient = d.recipient
  JOIN delivery_message m ON m.message = r.message
  ORDER BY r.due_at, r.message, r.recipient`;

function due(tx: Tx, limit: number, now: number, durableBatch: number): Promise<DueRow[]> {
  return tx.all<DueRow>(DUE, now, durableBatch, limit);
}

function dueElsewhere(tx: Tx, q: z.infer<typeof question>, now: number, durableBatch: number): Promise<DueRow[]> {
  const leftOut = Array.from({ length: LEFT_OUT }, (_, at) => q.except[at] ?? null);
  return tx.all<DueRow>(
    `SELECT ${LEASE_COLUMNS}, r.state, r.cancelling FROM
       (SELECT message, recipient, destination, due_at FROM delivery_recipient WHERE due_at <= ? AND batch <= ?
        ORDER BY due_at, message, recipient LIMIT ${LOOKED_AT}) d
     JOIN delivery_recipient r ON r.message = d.message AND r.recipient = d.recipient
     JOIN delivery_message m ON m.message = r.message
     WHERE coalesce(d.destination NOT IN (${leftOut.map(() => '?').join(', ')}), true)
     ORDER BY d.due_at, d.message, d.recipient LIMIT ?`,
    now,
    durableBatch,
    ...leftOut,
    q.limit,
  );
}

async function lease(tx: Tx, row: DueRow, until: number, owner: string): Promise<Lease> {
  await tx.run(
    `UPDATE delivery_recipient SET state = 'leased', lease = lease + 1, due_at = ?, owner = ?
     WHERE message = ? AND recipient = ?`,
    until,
    owner,
    row.message,
    row.recipient,
  );
  const attempts = row.state === 'leased' ? row.attempts + 1 : row.attempts;
  return { ...readLease(row, row.lease + 1, until), attempts };
}

/** The worker that held it died, or slept past its time: whether the message went out nobody here can say. */
async function noteUnknown(tx: Tx, row: DueRow, now: number): Promise<void> {
  await recordHistory(tx, row, { outcome: 'unknown', startedAt: row.due_at, endedAt: now });
  await tx.run(
    'UPDATE delivery_recipient SET attempts = attempts + 1 WHERE message = ? AND recipient = ?',
    row.message,
    row.recipient,
  );
}

async function endCancelled(tx: Tx, row: DueRow): Promise<void> {
  await tx.run(
    `UPDATE delivery_recipient SET state = 'cancelled', due_at = NULL, cancelling = 0, lease = lease + 1
     WHERE message = ? AND recipient = ?`,
    row.message,
    row.recipient,
  );
}
