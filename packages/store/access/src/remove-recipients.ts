import { changes } from '@sekisho/tenants';
import { z } from 'zod';
import { raiseRevision } from './import-recipients.ts';

/** Removes the recipients of these keys; answers how many of them were there. */
export const removeRecipients = changes(
  z.object({ keys: z.array(z.string()).min(1).max(1000).readonly() }),
  async (tx, { keys }): Promise<number> => {
    let removed = 0;
    for (const key of keys) removed += (await tx.run('DELETE FROM recipient WHERE address_key = ?', key)).changes;
    if (removed > 0) await raiseRevision(tx);
    return removed;
  },
);
