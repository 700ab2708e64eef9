import type { Tx } from '@sekisho/tenants';

/**
 * Removes the story of a message when its retention ends, inside the transaction that ends it. False, and nothing is
 * removed, while a recipient is still open.
 */
export async function forget(tx: Tx, message: string): Promise<boolean> {
  const open = await tx.one(
    'SELECT 1 FROM delivery_recipient WHERE message = ? AND due_at IS NOT NULL LIMIT 1',
    message,
  );
  if (open !== undefined) return false;
  await tx.run('DELETE FROM delivery_history WHERE message = ?', message);
  await tx.run('DELETE FROM delivery_recipient WHERE message = ?', message);
  await tx.run('DELETE FROM delivery_message WHERE message = ?', message);
  return true;
}
