import type { Tx } from '@sekisho/tenants';

/** How a step in a recipient's story ended. `unknown`: the worker was gone before it could say. */
export type StepOutcome = 'delivered' | 'deferred' | 'failed' | 'unknown' | 'cancelled' | 'requeued';

/** One step of a recipient's story: an attempt, or what a person did. */
export interface Step {
  readonly outcome: StepOutcome;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly host?: string | null;
  readonly ip?: string | null;
  readonly tls?: string | null;
  /** Enhanced status code (RFC 3463). */
  readonly status?: string | null;
  /** The remote's words, or ours when nobody was asked. */
  readonly reply?: string | null;
}

/** Adds a step under the lease that it belongs to. */
export async function recordHistory(
  tx: Tx,
  at: { readonly message: string; readonly recipient: number; readonly lease: number },
  step: Step,
): Promise<void> {
  await tx.run(
    `INSERT INTO delivery_history (message, recipient, lease, outcome, started_at, ended_at, host, ip, tls, status,
       reply) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
    at.message,
    at.recipient,
    at.lease,
    step.outcome,
    step.startedAt,
    step.endedAt,
    step.host ?? null,
    step.ip ?? null,
    step.tls ?? null,
    step.status ?? null,
    step.reply ?? null,
  );
}
