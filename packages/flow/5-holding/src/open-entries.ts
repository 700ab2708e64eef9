import { addressKey, type Decision, type Plan, type SpoolId } from '@sekisho/terms';
import type { Tx } from '@sekisho/tenants';

/** Days that something waits unless a tenant says otherwise. */
export const DEFAULT_WAIT_DAYS = 14;

const DAY_MS = 86_400_000;

/** A message of whose forward-paths some may have to wait. */
export interface Waiting {
  readonly spoolId: SpoolId;
  readonly plan: Plan;
  /** What a list shows of the message. */
  readonly sender: string;
  readonly subject: string;
  readonly sizeOctets: number;
  /** Days until the outcome of expiry; {@link DEFAULT_WAIT_DAYS} when absent. */
  readonly waitDays?: number;
}

/**
 * Opens an entry for each forward-path that the plan does not deliver, and answers their number. Entries that are
 * there already stay as they are, so a replay changes nothing. A rejection that comes this far was accepted: it waits
 * like a quarantine, for nothing that was accepted falls between delivery and here.
 */
export async function openEntries(tx: Tx, waiting: Waiting, context: { readonly now: number }): Promise<number> {
  const deadline = context.now + (waiting.waitDays ?? DEFAULT_WAIT_DAYS) * DAY_MS;
  let opened = 0;
  for (const [position, decision] of waiting.plan.decisions.entries()) {
    if (decision.disposition.kind === 'deliver') continue;
    const { forwardPath } = decision;
    const { changes } = await tx.run(
      `INSERT INTO holding_entry (spool_id, position, local_part, domain, address_key, kind, reason, rule, why_ja,
         why_en, policy_version, state, opened_at, deadline, on_expiry, sender, subject, size_octets)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'waiting', ?, ?, 'delete', ?, ?, ?)
       ON CONFLICT (spool_id, position) DO NOTHING`,
      waiting.spoolId,
      position,
      forwardPath.localPart,
      forwardPath.domain,
      addressKey(forwardPath),
      decision.disposition.kind === 'hold' ? 'hold' : 'quarantine',
      reasonOf(decision),
      decision.rule,
      decision.why.ja,
      decision.why.en,
      waiting.plan.policyVersion,
      context.now,
      deadline,
      waiting.sender,
      waiting.subject,
      waiting.sizeOctets,
    );
    opened += changes;
  }
  return opened;
}

/** The reason for which a decision stops a message. */
export function reasonOf({ disposition, rule }: Decision): string {
  return disposition.kind === 'quarantine' ? disposition.reason : rule;
}
