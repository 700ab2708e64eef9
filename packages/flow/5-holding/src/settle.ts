import type { CommandContext, Tx } from '@sekisho/tenants';
import { HeldNotFoundError, HeldSettledError, ReleaseRefusedError } from './errors.ts';
import { type Held, type HeldId, heldOf, type HeldRow, type HeldState, parseHeldId } from './held.ts';

/** The entry of this id; an id that names nothing here is an error. */
export async function findHeld(tx: Pick<Tx, 'one'>, id: string): Promise<Held> {
  const named = parseHeldId(id);
  const row =
    named &&
    (await tx.one<HeldRow>(
      'SELECT * FROM holding_entry WHERE spool_id = ? AND position = ?',
      named.spoolId,
      named.position,
    ));
  if (!row) throw new HeldNotFoundError(id);
  return heldOf(row);
}

/** Only operators act on what is held, until people have roles. */
export function checkRight(verb: string, id: HeldId, { by }: Pick<CommandContext, 'by'>): void {
  if (by.kind !== 'operator') throw new ReleaseRefusedError(verb, id, 'not-allowed', { by: by.name });
}

/** Why a state is reached, for the trace. */
export interface Settlement {
  readonly state: Exclude<HeldState, 'waiting'>;
  readonly note: string;
  readonly forced: boolean;
}

/**
 * Moves an entry to an end, once, with its event. True when this call moved it, false when it is there already; an
 * entry that reached another end is an error.
 */
export async function settle(
  tx: Tx,
  verb: string,
  held: Held,
  settlement: Settlement,
  context: Pick<CommandContext, 'now' | 'by'>,
): Promise<boolean> {
  if (held.state === settlement.state) return false;
  const { now, by } = context;
  const { changes } = await tx.run(
    `UPDATE holding_entry SET state = ?, settled_at = ?, settled_kind = ?, settled_name = ?
     WHERE spool_id = ? AND position = ? AND state = 'waiting'`,
    settlement.state,
    now,
    by.kind,
    by.name,
    held.spoolId,
    held.position,
  );
  if (changes === 0) throw new HeldSettledError(verb, held.id, held.state);
  await tx.run(
    `INSERT INTO holding_event (spool_id, position, at, by_kind, by_name, what, note, forced)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    held.spoolId,
    held.position,
    now,
    by.kind,
    by.name,
    settlement.state,
    settlement.note,
    settlement.forced ? 1 : 0,
  );
  return true;
}
