import { reads } from '@sekisho/tenants';
import { z } from 'zod';
import type { StepOutcome } from './record-history.ts';

const question = z.object({
  message: z.string().max(64),
  recipient: z.int().min(0).optional(),
  limit: z.int().min(1).max(1000).default(1000),
});

/** A step of a recipient's story, as the trace shows it. */
export interface HistoryStep {
  readonly recipient: number;
  readonly address: { readonly localPart: string; readonly domain: string };
  readonly outcome: StepOutcome;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly host: string | null;
  readonly ip: string | null;
  readonly tls: string | null;
  readonly status: string | null;
  readonly reply: string | null;
}

/** Every attempt for a message, and what people did to it, in order of time. */
export const history = reads(question, async (tx, q): Promise<readonly HistoryStep[]> => {
  const rows = await tx.all<Omit<HistoryStep, 'address'> & { localPart: string; domain: string }>(
    `SELECT h.recipient, r.local_part AS "localPart", r.domain, h.outcome, h.started_at AS "startedAt",
       h.ended_at AS "endedAt", h.host, h.ip, h.tls, h.status, h.reply
     FROM delivery_history h JOIN delivery_recipient r ON r.message = h.message AND r.recipient = h.recipient
     WHERE h.message = ? AND h.recipient BETWEEN ? AND ? ORDER BY h.started_at, h.recipient, h.lease LIMIT ?`,
    q.message,
    q.recipient ?? 0,
    q.recipient ?? Number.MAX_SAFE_INTEGER,
    q.limit,
  );
  return rows.map(({ localPart, domain, ...step }) => ({ ...step, address: { localPart, domain } }));
});
