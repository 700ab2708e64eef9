import type { Address, Decision, Envelope, Fact, Plan } from '@sekisho/terms';
import { actionNamed, conditionNamed } from './catalogue.ts';
import { type Condition, isConditionUse, type Rule, type RuleSet, usesOf } from './rule.ts';
import { describeRule } from './sentence.ts';
import { compareStrictness } from './strictest.ts';
import { bookFacts, type Subject } from './subject.ts';

type Verdict = Omit<Decision, 'forwardPath'>;

const NO_RULE: Verdict = {
  disposition: { kind: 'deliver' },
  transformations: [],
  rule: 'none',
  why: { ja: 'どの規則にも当てはまらない → 配送する', en: 'no rule applies → deliver' },
};

/**
 * Decides what happens to a message: in each scope the first rule that matches, of these the strictest, and among
 * equals the outermost. Looks at nothing but its arguments.
 */
export function decide(envelope: Envelope, facts: readonly Fact[], rules: RuleSet, now: number): Plan {
  const book = bookFacts(facts);
  const decideFor = (forwardPath: Address) => verdictOf(rules, { envelope, forwardPath, facts: book, now });
  const first = envelope.forwardPaths[0];
  const shared = first && !looksAtRecipients(rules) ? decideFor(first.address) : null;
  return {
    policyVersion: rules.version,
    decidedAt: now,
    decisions: envelope.forwardPaths.map(({ address }) => ({
      forwardPath: address,
      ...(shared ?? decideFor(address)),
    })),
  };
}

function verdictOf(rules: RuleSet, subject: Subject): Verdict {
  let verdict: Verdict | null = null;
  for (const layer of rules.layers) {
    const rule = layer.rules.find(({ when }) => holds(when, subject));
    if (!rule) continue;
    const disposition = actionNamed(rule.action.name)!.disposition(rule.action.with);
    if (verdict && compareStrictness(disposition, verdict.disposition) <= 0) continue;
    verdict = { disposition, transformations: [], rule: rule.id, why: sentenceOf(rule) };
  }
  return verdict ?? NO_RULE;
}

/** True when the condition holds for the subject. */
export function holds(condition: Condition, subject: Subject): boolean {
  if (isConditionUse(condition)) return conditionNamed(condition.name)!.holds(condition.with, subject);
  if ('not' in condition) return !holds(condition.not, subject);
  if ('all' in condition) return condition.all.every((one) => holds(one, subject));
  return condition.any.some((one) => holds(one, subject));
}

const sentences = new WeakMap<Rule, Verdict['why']>();

function sentenceOf(rule: Rule): Verdict['why'] {
  let sentence = sentences.get(rule);
  if (!sentence) sentences.set(rule, (sentence = describeRule(rule)));
  return sentence;
}

const recipientwise = new WeakMap<RuleSet, boolean>();

function looksAtRecipients(rules: RuleSet): boolean {
  let answer = recipientwise.get(rules);
  if (answer === undefined) {
    const uses = rules.layers.flatMap((layer) => layer.rules.flatMap((rule) => usesOf(rule.when)));
    answer = uses.some(({ name }) => conditionNamed(name)!.perRecipient);
    recipientwise.set(rules, answer);
  }
  return answer;
}
