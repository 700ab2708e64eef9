import { z } from '@hono/zod-openapi';
import type { Archived, Coverage } from '@sekisho/archive';
import { iso, isoOrNull, timeView } from './times.ts';

/** What a message is to happen to. */
export const dispositionKind = z.enum(['deliver', 'hold', 'quarantine', 'reject']);

/** A message in a list. */
export const messageView = z
  .object({
    id: z.string().openapi({ description: 'What the reply to DATA said; the name of the message for ever.' }),
    receivedAt: timeView,
    sentAt: timeView.nullable().openapi({ description: 'Header field Date, if it can be read.' }),
    direction: z.enum(['reception', 'submission']),
    disposition: dispositionKind.openapi({ description: 'The strictest of the forward-paths’ dispositions.' }),
    sizeOctets: z.int(),
    attachmentCount: z.int(),
    from: z.string(),
    to: z.string(),
    subject: z.string(),
    messageId: z.string().nullable(),
    indexedAll: z.boolean().openapi({ description: 'False when only a part of its words can be searched for.' }),
  })
  .openapi('Message');

export type MessageView = z.infer<typeof messageView>;

/** A message as answers show it in lists. */
export function viewMessage(message: Archived): MessageView {
  const { id: _order, spoolId, receivedAt, sentAt, ...rest } = message;
  return { id: spoolId, receivedAt: iso(receivedAt), sentAt: isoOrNull(sentAt), ...rest };
}

/** How much of the journal can be searched. */
export const coverageView = z
  .object({
    stored: z.int(),
    indexed: z.int(),
    partly: z.int(),
    byWordsVersion: z.record(z.string(), z.int()),
  })
  .openapi('Coverage');

/** Coverage as answers show it. */
export const viewCoverage = ({ stored, indexed, partly, byWordsVersion }: Coverage): z.infer<typeof coverageView> => ({
  stored,
  indexed,
  partly,
  byWordsVersion: { ...byWordsVersion },
});
