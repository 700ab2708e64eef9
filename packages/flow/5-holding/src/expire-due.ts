import type { CommandContext, Tx } from '@sekisho/tenants';
import { type Held, heldOf, type HeldRow } from './held.ts';
import { settle } from './settle.ts';

/**
 * Gives everything whose deadline has come its outcome, the longest overdue first, at most `limit` of them; answers
 * what it expired. Called again until it answers nothing.
 */
export async function expireDue(
  tx: Tx,
  question: { readonly limit: number },
  context: Pick<CommandContext, 'now' | 'by'>,
): Promise<Held[]> {
  const rows = await tx.all<HeldRow>(
    "SELECT * FROM holding_entry WHERE state = 'waiting' AND deadline <= ? ORDER BY deadline LIMIT ?",
    context.now,
    question.limit,
  );
  for (const row of rows) {
    const note = `deadline passed: ${row.on_expiry}`;
    await settle(tx, 'expire', heldOf(row), { state: 'expired', note, forced: false }, context);
  }
  return rows.map((row) => ({
    ...heldOf(row),
    state: 'expired',
    settledAt: context.now,
    settledBy: context.by,
  }));
}
