import { changes } from '@sekisho/tenants';
import { z } from 'zod';
import { recordHistory } from './record-history.ts';
import { WHICH_ROWS, whichRows, whichSchema } from './which.ts';

const question = z.object({ which: whichSchema, why: z.string().max(500).default('') });

/** How many will not be sent; those under way end as their attempt says, but are not tried again. */
export interface Cancelled {
  readonly cancelled: number;
  readonly underWay: number;
  readonly hasMore: boolean;
}

interface OpenRow {
  readonly message: string;
  readonly recipient: number;
  readonly lease: number;
  readonly state: 'waiting' | 'leased';
}

/** Stops recipients from being sent. A leased one may be on the wire already: it is only kept from a next attempt. */
export const cancel = changes(question, async (tx, { which, why }, { now, by }): Promise<Cancelled> => {
  const { where, values } = whichRows(which);
  const rows = await tx.all<OpenRow>(
    `SELECT message, recipient, lease, state FROM delivery_recipient
     WHERE ${where} AND due_at IS NOT NULL AND cancelling = 0 LIMIT ${WHICH_ROWS}`,
    ...values,
  );
  let cancelled = 0;
  for (const row of rows) {
    if (row.state === 'leased') {
      await tx.run(
        'UPDATE delivery_recipient SET cancelling = 1 WHERE message = ? AND recipient = ?',
        row.message,
        row.recipient,
      );
      continue;
    }
    cancelled++;
    await tx.run(
      `UPDATE delivery_recipient SET state = 'cancelled', due_at = NULL, lease = lease + 1
       WHERE message = ? AND recipient = ?`,
      row.message,
      row.recipient,
    );
    const reply = why === '' ? by.name : `${by.name}: ${why}`;
    await recordHistory(
      tx,
      { ...row, lease: row.lease + 1 },
      { outcome: 'cancelled', startedAt: now, endedAt: now, reply },
    );
  }
  return { cancelled, underWay: rows.length - cancelled, hasMore: rows.length === WHICH_ROWS };
});
