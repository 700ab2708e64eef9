import { reads } from '@sekisho/tenants';
import { z } from 'zod';

/** The queue in numbers. What was delivered is counted by the meter, not here. */
export interface QueueCounts {
  readonly waiting: number;
  readonly leased: number;
  readonly failed: number;
  readonly cancelled: number;
  /** When the oldest open recipient entered the queue. */
  readonly oldestQueuedAt: number | null;
}

/** What {@link counts} reads: two indexes, and no row of the table. */
export const COUNTS = `SELECT state, count(*) AS rows, min(queued_at) AS oldest FROM delivery_recipient
   WHERE due_at IS NOT NULL GROUP BY state
   UNION ALL
   SELECT state, count(*), NULL FROM delivery_recipient WHERE state IN ('failed', 'cancelled') GROUP BY state`;

/** Counts what is open and what stopped; looks at no delivered row. */
export const counts = reads(z.object({}), async (tx): Promise<QueueCounts> => {
  const rows = await tx.all<{ state: string; rows: number; oldest: number | null }>(COUNTS);
  const of = (state: string) => rows.find((row) => row.state === state)?.rows ?? 0;
  const oldest = rows.map((row) => row.oldest).filter((at) => at !== null);
  return {
    waiting: of('waiting'),
    leased: of('leased'),
    failed: of('failed'),
    cancelled: of('cancelled'),
    oldestQueuedAt: oldest.length === 0 ? null : Math.min(...oldest),
  };
});
