import { reads } from '@sekisho/tenants';
import { addressKey } from '@sekisho/terms';
import { z } from 'zod';

/** True when the tenant has this recipient; letters of the local part may be large or small. */
export const isRecipient = reads(
  z.object({ address: z.object({ localPart: z.string(), domain: z.string() }) }),
  async (tx, { address }): Promise<boolean> =>
    (await tx.one('SELECT address_key FROM recipient WHERE address_key = ?', addressKey(address))) !== undefined,
);
