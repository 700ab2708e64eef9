import { changes } from '@sekisho/tenants';
import { z } from 'zod';
import { recordHistory } from './record-history.ts';
import { WHICH_ROWS, whichRows, whichSchema } from './which.ts';

/** How many are due now. */
export interface Retried {
  readonly retried: number;
  readonly hasMore: boolean;
}

interface Row {
  readonly message: string;
  readonly recipient: number;
  readonly lease: number;
}

/**
 * Makes recipients due at once. Named by message, also failed and cancelled ones, which start a new time in the queue.
 * Whoever delivers has to be told (`kick`), and to forget its back-off.
 */
export const retry = changes(z.object({ which: whichSchema }), async (tx, { which }, { now, by }): Promise<Retried> => {
  const { where, values } = whichRows(which);
  const states = 'message' in which ? "state IN ('waiting', 'failed', 'cancelled')" : "state = 'waiting'";
  const rows = await tx.all<Row>(
    `SELECT message, recipient, lease FROM delivery_recipient
     WHERE ${where} AND ${states} AND (due_at IS NULL OR due_at > ?) LIMIT ${WHICH_ROWS}`,
    ...values,
    now,
  );
  for (const row of rows) {
    await tx.run(
      `UPDATE delivery_recipient SET
         queued_at = CASE WHEN state = 'waiting' THEN queued_at ELSE ? END,
         delay_told = CASE WHEN state = 'waiting' THEN delay_told ELSE 0 END,
         state = 'waiting', due_at = ?, lease = lease + 1
       WHERE message = ? AND recipient = ?`,
      now,
      now,
      row.message,
      row.recipient,
    );
    const step = { outcome: 'requeued', startedAt: now, endedAt: now, reply: by.name } as const;
    await recordHistory(tx, { ...row, lease: row.lease + 1 }, step);
  }
  return { retried: rows.length, hasMore: rows.length === WHICH_ROWS };
});
