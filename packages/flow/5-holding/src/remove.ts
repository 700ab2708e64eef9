import type { CommandContext, Tx } from '@sekisho/tenants';
import type { Held } from './held.ts';
import { checkRight, findHeld, settle } from './settle.ts';

/** Gives up a held message: it is never delivered. Its sealed copy stays in the archive. Repeating it changes nothing. */
export async function remove(
  tx: Tx,
  question: { readonly id: string; readonly note: string },
  context: Pick<CommandContext, 'now' | 'by'>,
): Promise<Held> {
  const held = await findHeld(tx, question.id);
  checkRight('delete', held.id, context);
  await settle(tx, 'delete', held, { state: 'deleted', note: question.note, forced: false }, context);
  return findHeld(tx, held.id);
}
