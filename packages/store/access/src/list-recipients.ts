import { reads } from '@sekisho/tenants';
import { z } from 'zod';

/** A recipient as it is listed. */
export interface Recipient {
  readonly key: string;
  readonly localPart: string;
  readonly domain: string;
  readonly display: string;
  readonly createdAt: number;
}

/** One page, in the order of the keys, and where the next one begins (`null`: there is none). */
export interface RecipientPage {
  readonly recipients: readonly Recipient[];
  readonly next: string | null;
}

const COLUMNS = 'address_key AS key, local_part AS "localPart", domain, display, created_at AS "createdAt"';

/** Lists recipients, page by page; `containing` finds a part of an address or a display name, letter for letter. */
export const listRecipients = reads(
  z.object({
    after: z.string().default(''),
    limit: z.int().min(1).max(1000).default(100),
    containing: z.string().max(200).default(''),
  }),
  async (tx, { after, limit, containing }): Promise<RecipientPage> => {
    const pattern = `%${containing.replace(/[\\%_]/g, '\\$&')}%`;
    const found = await tx.all<Recipient>(
      `SELECT ${COLUMNS} FROM recipient WHERE address_key > ? AND (address_key LIKE ? ESCAPE '\\' OR display LIKE ? ESCAPE '\\')
       ORDER BY address_key LIMIT ?`,
      after,
      pattern.toLowerCase(),
      pattern,
      limit + 1,
    );
    const recipients = found.slice(0, limit);
    return { recipients, next: found.length > limit ? recipients.at(-1)!.key : null };
  },
);
