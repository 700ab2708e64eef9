import type { Actor, SpoolId } from '@sekisho/terms';
import type { ReadTx } from '@sekisho/tenants';
import { z } from 'zod';
import { type Held, type HeldState, heldOf, type HeldRow } from './held.ts';

/** Which entries a list shows; absent means any. Addresses are compared without regard to case. */
export const listSchema = z.object({
  state: z.enum(['waiting', 'released', 'deleted', 'expired']).optional(),
  kind: z.enum(['quarantine', 'hold']).optional(),
  reason: z.string().max(100).optional(),
  recipient: z.string().max(320).optional(),
  spoolId: z.string().max(15).optional(),
  /** Only what was opened before the entry that this cursor names. */
  cursor: z.int().min(1).optional(),
  limit: z.int().min(1).max(500).default(50),
});

/** A page of a list, newest first; `cursor` asks for the next one and is `null` on the last. */
export interface HeldPage {
  readonly entries: readonly Held[];
  readonly cursor: number | null;
}

const FILTERS = [
  ['state', 'state'],
  ['kind', 'kind'],
  ['reason', 'reason'],
  ['recipient', 'address_key'],
  ['spoolId', 'spool_id'],
] as const;

/** A page of what is or was held. */
export async function list(tx: ReadTx, question: z.output<typeof listSchema>): Promise<HeldPage> {
  const { limit, cursor } = question;
  const given = FILTERS.filter(([name]) => question[name] !== undefined);
  const values = given.map(([name]) => (name === 'recipient' ? question[name]!.toLowerCase() : question[name]!));
  const where = ['row < ?', ...given.map(([, column]) => `${column} = ?`)].join(' AND ');
  const rows = await tx.all<HeldRow>(
    `SELECT * FROM holding_entry WHERE ${where} ORDER BY row DESC LIMIT ?`,
    cursor ?? Number.MAX_SAFE_INTEGER,
    ...values,
    limit + 1,
  );
  const page = rows.slice(0, limit);
  return { entries: page.map(heldOf), cursor: rows.length > limit ? page.at(-1)!.row : null };
}

/** How many entries wait, for which reasons and since when; and how many reached which end. */
export interface HeldCounts {
  readonly byState: Readonly<Record<HeldState, number>>;
  readonly waitingByReason: readonly { readonly reason: string; readonly count: number }[];
  readonly oldestWaitingAt: number | null;
  readonly nextDeadline: number | null;
}

/** The figures of this room. */
export async function counts(tx: ReadTx): Promise<HeldCounts> {
  const rows = await tx.all<{ state: HeldState; reason: string; count: number }>(
    'SELECT state, reason, count(*) AS count FROM holding_entry GROUP BY state, reason ORDER BY count DESC, reason',
  );
  const waiting = await tx.one<{ oldest: number | null; next: number | null }>(
    "SELECT min(opened_at) AS oldest, min(deadline) AS next FROM holding_entry WHERE state = 'waiting'",
  );
  const byState = { waiting: 0, released: 0, deleted: 0, expired: 0 };
  for (const { state, count } of rows) byState[state] += count;
  return {
    byState,
    waitingByReason: rows.filter(({ state }) => state === 'waiting').map(({ reason, count }) => ({ reason, count })),
    oldestWaitingAt: waiting?.oldest ?? null,
    nextDeadline: waiting?.next ?? null,
  };
}

/** One step of an entry's life, for a trace. */
export interface HeldStep {
  readonly at: number;
  readonly position: number;
  readonly what: 'opened' | Exclude<HeldState, 'waiting'>;
  readonly by: Actor | null;
  readonly note: string;
  readonly forced: boolean;
}

/** What happened to the held forward-paths of a message, in the order of time. */
export async function stepsOf(tx: ReadTx, question: { readonly spoolId: SpoolId }): Promise<HeldStep[]> {
  const opened = await tx.all<HeldRow>('SELECT * FROM holding_entry WHERE spool_id = ?', question.spoolId);
  const events = await tx.all<{
    position: number;
    at: number;
    by_kind: Actor['kind'];
    by_name: string;
    what: Exclude<HeldState, 'waiting'>;
    note: string;
    forced: number;
  }>('SELECT * FROM holding_event WHERE spool_id = ? ORDER BY row', question.spoolId);
  const steps: HeldStep[] = [
    ...opened.map((row) => ({
      at: row.opened_at,
      position: row.position,
      what: 'opened' as const,
      by: null,
      note: row.reason,
      forced: false,
    })),
    ...events.map(({ position, at, by_kind, by_name, what, note, forced }) => ({
      at,
      position,
      what,
      by: { kind: by_kind, name: by_name },
      note,
      forced: forced === 1,
    })),
  ];
  return steps.sort((a, b) => a.at - b.at);
}
