import type { Plan } from '@sekisho/terms';

/**
 * The plan once 250 was said: what would have been rejected is quarantined under the name of its rule, because a
 * message that is ours is never bounced for policy (its sender may be forged).
 */
export function afterAcceptance(plan: Plan): Plan {
  if (!plan.decisions.some(({ disposition }) => disposition.kind === 'reject')) return plan;
  return {
    ...plan,
    decisions: plan.decisions.map((decision) =>
      decision.disposition.kind === 'reject'
        ? { ...decision, disposition: { kind: 'quarantine', reason: decision.rule } }
        : decision,
    ),
  };
}

/** The reply that refuses the message in session: only when every forward-path is rejected; the first rule's. */
export function sessionRejection(
  plan: Plan,
): Extract<Plan['decisions'][number]['disposition'], { kind: 'reject' }> | null {
  const [first] = plan.decisions;
  const isRejected = plan.decisions.every(({ disposition }) => disposition.kind === 'reject');
  return first?.disposition.kind === 'reject' && isRejected ? first.disposition : null;
}
