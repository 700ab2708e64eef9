import { changes } from '@sekisho/tenants';
import { z } from 'zod';
import { type RecipientKey, recipientKeySchema } from './recipient.ts';

const question = z.object({
  leases: z.array(recipientKeySchema.extend({ lease: z.int() })).max(1000),
  leaseMs: z.int().min(1),
});

/** Which leases hold on, and until when. */
export interface Extended {
  readonly leaseUntil: number;
  /** These are held by somebody else now: what they were for must stop. */
  readonly stale: readonly RecipientKey[];
}

/** Prolongs leases. Only the holder of the present token can; a stale one never refreshes another's lease. */
export const extend = changes(question, async (tx, { leases, leaseMs }, { now }): Promise<Extended> => {
  const stale: RecipientKey[] = [];
  for (const { message, recipient, lease } of leases) {
    const { changes: held } = await tx.run(
      `UPDATE delivery_recipient SET due_at = ?
       WHERE message = ? AND recipient = ? AND lease = ? AND state = 'leased'`,
      now + leaseMs,
      message,
      recipient,
      lease,
    );
    if (held === 0) stale.push({ message, recipient });
  }
  return { leaseUntil: now + leaseMs, stale };
});
