import { changes, reads } from '@sekisho/tenants';
import type { ForwardPath } from '@sekisho/terms';
import { z } from 'zod';
import type { ReportKind } from '../report/decide-report.ts';
import {
  LEASE_COLUMNS,
  type LeaseRow,
  type QueuedEnvelope,
  type RecipientKey,
  readEnvelope,
  readForwardPath,
  recipientKeySchema,
} from './recipient.ts';

/** A report that a sender has still to get about one recipient, with how the last attempt went. */
export interface OwedReport extends RecipientKey {
  readonly kind: ReportKind;
  readonly forwardPath: ForwardPath;
  readonly envelope: QueuedEnvelope;
  readonly form: string;
  readonly queuedAt: number;
  readonly endedAt: number | null;
  readonly host: string | null;
  readonly status: string | null;
  readonly reply: string | null;
}

type OwedRow = LeaseRow & {
  readonly report: ReportKind;
  readonly ended_at: number | null;
  readonly host: string | null;
  readonly status: string | null;
  readonly last_reply: string | null;
};

/** Reports that are owed, those about one message and of one kind side by side. */
export const owedReports = reads(
  z.object({ limit: z.int().min(1).max(1000) }),
  async (tx, { limit }): Promise<readonly OwedReport[]> => {
    const rows = await tx.all<OwedRow>(
      `SELECT ${LEASE_COLUMNS}, r.report, r.last_reply, h.ended_at, h.host, h.status
       FROM delivery_recipient r JOIN delivery_message m ON m.message = r.message
       LEFT JOIN delivery_history h ON h.message = r.message AND h.recipient = r.recipient AND h.lease =
         (SELECT max(lease) FROM delivery_history WHERE message = r.message AND recipient = r.recipient
          AND outcome IN ('delivered', 'deferred', 'failed'))
       WHERE r.report IS NOT NULL ORDER BY r.report, r.message, r.recipient LIMIT ?`,
      limit,
    );
    return rows.map((row) => ({
      message: row.message,
      recipient: row.recipient,
      kind: row.report,
      forwardPath: readForwardPath(row),
      envelope: readEnvelope(row),
      form: row.form,
      queuedAt: row.queued_at,
      endedAt: row.ended_at,
      host: row.host,
      status: row.status,
      reply: row.last_reply,
    }));
  },
);

/** Notes that reports of a kind were handed over. A newer kind that is owed meanwhile stays owed. */
export const reported = changes(
  z.object({
    kind: z.enum(['failure', 'delay', 'relayed']),
    recipients: z.array(recipientKeySchema).max(1000),
  }),
  async (tx, { kind, recipients }): Promise<void> => {
    for (const { message, recipient } of recipients) {
      await tx.run(
        'UPDATE delivery_recipient SET report = NULL WHERE message = ? AND recipient = ? AND report = ?',
        message,
        recipient,
        kind,
      );
    }
  },
);
