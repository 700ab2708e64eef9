import type { Address, Decision, Disposition, Envelope, Fact, Plan } from '@sekisho/terms';
import { addressKey } from '@sekisho/terms';
import { afterAcceptance } from './after-acceptance.ts';
import { decide } from './decide.ts';
import type { RuleSet } from './rule.ts';

/** A message of the past: what was known of it and what was decided. */
export interface DecidedMessage {
  readonly id: string;
  readonly envelope: Envelope;
  readonly facts: readonly Fact[];
  readonly plan: Plan;
}

/** A forward-path of a past message for which other rules would have decided otherwise. */
export interface PlanDifference {
  readonly id: string;
  readonly forwardPath: Address;
  readonly before: Decision;
  readonly after: Decision;
}

/**
 * A dry run: what the rules would have changed for these messages, each decided at its own time. The messages were
 * accepted, so a rejection counts as the quarantine that it becomes.
 */
export function planDifferences(messages: readonly DecidedMessage[], rules: RuleSet): PlanDifference[] {
  return messages.flatMap(({ id, envelope, facts, plan }) => {
    const before = new Map(afterAcceptance(plan).decisions.map((one) => [addressKey(one.forwardPath), one]));
    const after = afterAcceptance(decide(envelope, facts, rules, plan.decidedAt)).decisions;
    return after.flatMap((now) => {
      const then = before.get(addressKey(now.forwardPath));
      return then && !isSame(then.disposition, now.disposition)
        ? [{ id, forwardPath: now.forwardPath, before: then, after: now }]
        : [];
    });
  });
}

function isSame(one: Disposition, other: Disposition): boolean {
  if (one.kind !== other.kind) return false;
  return one.kind !== 'quarantine' || one.reason === (other as typeof one).reason;
}
