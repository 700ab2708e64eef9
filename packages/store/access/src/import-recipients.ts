import { changes, reads, type Tx } from '@sekisho/tenants';
import { addressKey } from '@sekisho/terms';
import { RecipientImportError } from './errors.ts';
import { compare, importSchema, type RecipientChanges, type RecipientRow } from './recipient-rows.ts';

/** Says what an import would add, change and remove, and which lines are wrong, and does nothing. */
export const previewImport = reads(importSchema, (tx, question) => compare(tx, question));

/** Takes a list over whole, or, when a line of it is wrong, not at all. */
export const importRecipients = changes(importSchema, async (tx, question, { now }): Promise<RecipientChanges> => {
  const difference = await compare(tx, question);
  if (difference.faults.length > 0) throw new RecipientImportError(difference.faults);
  for (const row of difference.added) await insert(tx, row, now);
  for (const row of difference.changed)
    await tx.run('UPDATE recipient SET display = ? WHERE address_key = ?', row.display, addressKey(row.address));
  for (const key of difference.removed) await tx.run('DELETE FROM recipient WHERE address_key = ?', key);
  if (difference.added.length + difference.removed.length > 0) await raiseRevision(tx);
  return difference;
});

async function insert(tx: Tx, { address, display }: RecipientRow, now: number): Promise<void> {
  await tx.run(
    'INSERT INTO recipient (address_key, local_part, domain, display, created_at) VALUES (?, ?, ?, ?, ?)',
    addressKey(address),
    address.localPart,
    address.domain,
    display,
    now,
  );
}

/** Tells whoever keeps a copy of the keys that they are others now. */
export async function raiseRevision(tx: Tx): Promise<void> {
  await tx.run('UPDATE recipient_revision SET value = value + 1 WHERE one = 1');
}
