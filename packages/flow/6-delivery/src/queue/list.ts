import type { Address, ReversePath } from '@sekisho/terms';
import { reads, type ReadTx, type SqlValue } from '@sekisho/tenants';
import { z } from 'zod';
import { type RecipientKey, type RecipientState, readReversePath } from './recipient.ts';

const question = z.object({
  message: z.string().max(64).optional(),
  /** `open` is waiting and leased. Delivered ones are found by message. */
  state: z.enum(['open', 'failed', 'cancelled']).default('open'),
  destination: z.string().max(300).optional(),
  after: z.string().max(120).optional(),
  limit: z.int().min(1).max(500).default(50),
});

/** A row of the queue as people look at it. */
export interface QueueRow extends RecipientKey {
  readonly address: Address;
  readonly reversePath: ReversePath;
  readonly destination: string;
  readonly state: RecipientState;
  /** The next attempt of a waiting row, the end of the lease of a leased one. */
  readonly dueAt: number | null;
  readonly queuedAt: number;
  readonly attempts: number;
  readonly cancelling: boolean;
  readonly lastReply: string | null;
  readonly sizeOctets: number;
}

/** A page; `next` is the `after` of the page behind it. */
export interface QueuePage {
  readonly rows: readonly QueueRow[];
  readonly next: string | null;
}

interface Row extends RecipientKey {
  readonly local_part: string;
  readonly domain: string;
  readonly reverse_path: string | null;
  readonly destination: string;
  readonly state: RecipientState;
  readonly due_at: number | null;
  readonly queued_at: number;
  readonly attempts: number;
  readonly cancelling: number;
  readonly last_reply: string | null;
  readonly size_octets: number;
}

const COLUMNS = `SELECT r.message, r.recipient, r.local_part, r.domain, m.reverse_path, r.destination, r.state, r.due_at,
    r.queued_at, r.attempts, r.cancelling, r.last_reply, m.size_octets
  FROM delivery_recipient r JOIN delivery_message m ON m.message = r.message`;

/** Rows of the queue: those of a message, else the open ones by due time, or the stopped ones by message. */
export const list = reads(question, async (tx, q): Promise<QueuePage> => {
  const [dueAt, message, recipient] = readCursor(q.after);
  const rows = await page(tx, q, { dueAt, message, recipient });
  const last = rows.length === q.limit ? rows.at(-1)! : null;
  return {
    rows: rows.map(readRow),
    next: last === null ? null : `${last.due_at ?? 0}/${last.message}/${last.recipient}`,
  };
});

function readCursor(after: string | undefined): [number, string, number] {
  const [dueAt, message, recipient] = (after ?? '-1//-1').split('/');
  return [Number(dueAt) || 0, message ?? '', Number(recipient ?? -1)];
}

function page(
  tx: ReadTx,
  q: z.infer<typeof question>,
  after: { dueAt: number; message: string; recipient: number },
): Promise<Row[]> {
  const destination: SqlValue[] = [q.destination ?? null, q.destination ?? null];
  if (q.message !== undefined) {
    return tx.all<Row>(
      `${COLUMNS} WHERE r.message = ? AND r.recipient > ? ORDER BY r.recipient LIMIT ?`,
      q.message,
      after.recipient,
      q.limit,
    );
  }
  if (q.state === 'open') {
    return tx.all<Row>(
      `${COLUMNS} WHERE r.due_at IS NOT NULL AND (r.due_at, r.message, r.recipient) > (?, ?, ?)
         AND (? IS NULL OR r.destination = ?)
       ORDER BY r.due_at, r.message, r.recipient LIMIT ?`,
      after.dueAt,
      after.message,
      after.recipient,
      ...destination,
      q.limit,
    );
  }
  return tx.all<Row>(
    `${COLUMNS} WHERE r.state IN ('failed', 'cancelled') AND r.state = ? AND (r.message, r.recipient) > (?, ?)
       AND (? IS NULL OR r.destination = ?)
     ORDER BY r.message, r.recipient LIMIT ?`,
    q.state,
    after.message,
    after.recipient,
    ...destination,
    q.limit,
  );
}

function readRow(row: Row): QueueRow {
  return {
    message: row.message,
    recipient: row.recipient,
    address: { localPart: row.local_part, domain: row.domain },
    reversePath: readReversePath(row.reverse_path),
    destination: row.destination,
    state: row.state,
    dueAt: row.due_at,
    queuedAt: row.queued_at,
    attempts: row.attempts,
    cancelling: row.cancelling === 1,
    lastReply: row.last_reply,
    sizeOctets: row.size_octets,
  };
}
