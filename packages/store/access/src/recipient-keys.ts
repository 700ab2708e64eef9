import { reads } from '@sekisho/tenants';
import { z } from 'zod';

/** A page of address keys for the front's copy, with the revision at which it was read. */
export interface RecipientKeyPage {
  readonly revision: number;
  readonly keys: readonly string[];
  readonly next: string | null;
}

/** All address keys, page by page. When the revision differs between pages, begin again. */
export const recipientKeys = reads(
  z.object({ after: z.string().default(''), limit: z.int().min(1).max(50_000).default(10_000) }),
  async (tx, { after, limit }): Promise<RecipientKeyPage> => {
    const found = await tx.all<{ key: string }>(
      'SELECT address_key AS key FROM recipient WHERE address_key > ? ORDER BY address_key LIMIT ?',
      after,
      limit + 1,
    );
    const keys = found.slice(0, limit).map(({ key }) => key);
    const { value: revision } = (await tx.one<{ value: number }>('SELECT value FROM recipient_revision'))!;
    return { revision, keys, next: found.length > limit ? keys.at(-1)! : null };
  },
);

/** The revision of the address keys: it grows with every recipient that comes or goes. */
export const recipientRevision = reads(z.object({}), async (tx): Promise<number> => {
  return (await tx.one<{ value: number }>('SELECT value FROM recipient_revision'))!.value;
});
