import { z } from '@hono/zod-openapi';
import type { QueueRow } from '@sekisho/delivery';
import { formatAddress, formatReversePath } from '@sekisho/terms';
import { iso, isoOrNull, timeView } from './times.ts';

/** A recipient of a message on its way. */
export const queueRowView = z
  .object({
    message: z.string(),
    recipient: z.int().openapi({ description: 'Place among the forward-paths, from 0.' }),
    address: z.string(),
    reversePath: z.string(),
    destination: z.string(),
    state: z.enum(['waiting', 'leased', 'delivered', 'failed', 'cancelled']),
    dueAt: timeView.nullable().openapi({ description: 'The next attempt, or the end of the present one’s lease.' }),
    queuedAt: timeView,
    attempts: z.int(),
    isCancelling: z.boolean(),
    lastReply: z.string().nullable(),
    sizeOctets: z.int(),
  })
  .openapi('QueueRow');

export type QueueRowView = z.infer<typeof queueRowView>;

/** A row of the queue as answers show it. */
export function viewQueueRow({ address, reversePath, dueAt, queuedAt, cancelling, ...row }: QueueRow): QueueRowView {
  return {
    ...row,
    address: formatAddress(address),
    reversePath: formatReversePath(reversePath),
    dueAt: isoOrNull(dueAt),
    queuedAt: iso(queuedAt),
    isCancelling: cancelling,
  };
}
