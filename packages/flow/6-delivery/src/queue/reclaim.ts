import { changes } from '@sekisho/tenants';
import { z } from 'zod';

/**
 * Makes what earlier runs had leased due at once. Called when delivery starts; their workers, if any still live, are
 * fenced by the token of the next claim.
 */
export const reclaim = changes(
  z.object({ owner: z.string().max(64) }),
  async (tx, { owner }, { now }): Promise<{ reclaimed: number }> => {
    const { changes: reclaimed } = await tx.run(
      `UPDATE delivery_recipient SET due_at = ? WHERE due_at > ? AND state = 'leased' AND owner <> ?`,
      now,
      now,
      owner,
    );
    return { reclaimed };
  },
);
