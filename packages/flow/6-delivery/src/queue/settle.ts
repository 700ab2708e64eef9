import { changes, type CommandContext, type Tx } from '@sekisho/tenants';
import { z } from 'zod';
import { decideReport, type ReportableEvent } from '../report/decide-report.ts';
import { recordHistory } from './record-history.ts';
import { LEASE_COLUMNS, type LeaseRow, type RecipientKey, recipientKeySchema } from './recipient.ts';
import { readForwardPath, readReversePath } from './recipient.ts';

const outcomeSchema = z.discriminatedUnion('kind', [
  /** The next hop has said 2yz to the end of data. */
  z.object({ kind: z.literal('delivered'), dsnAware: z.boolean() }),
  /** An attempt was made, and another will be. */
  z.object({ kind: z.literal('deferred'), dueAt: z.int(), delayed: z.boolean() }),
  /** No attempt was made; the row goes back. */
  z.object({ kind: z.literal('postponed'), dueAt: z.int(), delayed: z.boolean() }),
  /** There will be no further attempt. */
  z.object({ kind: z.literal('failed'), cause: z.enum(['remote', 'expired', 'local', 'policy']) }),
]);

const words = z.string().max(4000).nullable();

const resultSchema = recipientKeySchema.extend({
  lease: z.int(),
  outcome: outcomeSchema,
  startedAt: z.int(),
  host: words,
  ip: words,
  tls: words,
  status: words,
  /** The remote's words, or ours when nobody was asked. */
  reply: words,
});

const question = z.object({ results: z.array(resultSchema).max(1000) });

/** How the attempt of one leased recipient ended. */
export type AttemptResult = z.infer<typeof resultSchema>;

/** What became of the results. */
export interface Settled {
  /** Refused: these leases are no longer held by whoever settled them. */
  readonly stale: readonly RecipientKey[];
  /** True when reports to senders are now owed. */
  readonly reportsOwed: boolean;
}

type SettleRow = LeaseRow & { readonly cancelling: number; readonly delay_told: number };

/** Writes many results in one commit. A result whose lease is not the row's present one changes nothing. */
export const settle = changes(question, async (tx, { results }, context): Promise<Settled> => {
  const stale: RecipientKey[] = [];
  let reportsOwed = false;
  for (const result of results) {
    const row = await tx.one<SettleRow>(
      `SELECT ${LEASE_COLUMNS}, r.cancelling, r.delay_told FROM delivery_recipient r
       JOIN delivery_message m ON m.message = r.message
       WHERE r.message = ? AND r.recipient = ? AND r.state = 'leased' AND r.lease = ?`,
      result.message,
      result.recipient,
      result.lease,
    );
    if (row === undefined) stale.push({ message: result.message, recipient: result.recipient });
    else reportsOwed = (await settleRow(tx, row, result, context)) || reportsOwed;
  }
  return { stale, reportsOwed };
});

async function settleRow(tx: Tx, row: SettleRow, result: AttemptResult, context: CommandContext): Promise<boolean> {
  const { outcome } = result;
  const event = reportable(result, row);
  const wish = {
    direction: row.direction,
    reversePath: readReversePath(row.reverse_path),
    notify: readForwardPath(row).notify,
  };
  const report = event === null ? null : decideReport(event, wish);
  const goesBack = outcome.kind === 'deferred' || outcome.kind === 'postponed';
  const state = goesBack ? (row.cancelling === 1 ? 'cancelled' : 'waiting') : outcome.kind;
  await tx.run(
    `UPDATE delivery_recipient SET state = ?, due_at = ?, owner = NULL, cancelling = 0, attempts = attempts + ?,
       delay_told = max(delay_told, ?), report = coalesce(?, report), last_reply = coalesce(?, last_reply)
     WHERE message = ? AND recipient = ?`,
    state,
    goesBack && state === 'waiting' ? outcome.dueAt : null,
    outcome.kind === 'postponed' ? 0 : 1,
    event?.kind === 'delayed' ? 1 : 0,
    report,
    result.reply,
    row.message,
    row.recipient,
  );
  if (outcome.kind !== 'postponed') {
    await recordHistory(tx, row, { ...result, outcome: outcome.kind, endedAt: context.now });
  }
  return report !== null;
}

function reportable({ outcome }: AttemptResult, row: SettleRow): ReportableEvent | null {
  if (outcome.kind === 'delivered' || outcome.kind === 'failed') return outcome;
  return outcome.delayed && row.delay_told === 0 && row.cancelling === 0 ? { kind: 'delayed' } : null;
}
