import type { Json } from '@sekisho/terms';
import type { Rule } from './rule.ts';
import { canonicalJson } from './version.ts';

/** One difference between two lists of rules. `at` counts from 1. */
export type RuleDifference =
  | { readonly kind: 'added'; readonly rule: Rule; readonly at: number }
  | { readonly kind: 'removed'; readonly rule: Rule; readonly at: number }
  | { readonly kind: 'changed'; readonly before: Rule; readonly after: Rule; readonly at: number }
  | { readonly kind: 'moved'; readonly id: string; readonly from: number; readonly to: number };

/** What somebody changed, rule by rule: removals in the old order, the rest in the new one. */
export function diffRuleSets(before: readonly Rule[], after: readonly Rule[]): RuleDifference[] {
  const oldIds = before.map(({ id }) => id);
  const newIds = after.map(({ id }) => id);
  const oldShared = oldIds.filter((id) => newIds.includes(id));
  const newShared = newIds.filter((id) => oldIds.includes(id));
  const removed = before.flatMap((rule, at): RuleDifference[] =>
    newIds.includes(rule.id) ? [] : [{ kind: 'removed', rule, at: at + 1 }],
  );
  const rest = after.flatMap((rule, at): RuleDifference[] => {
    const old = before.find(({ id }) => id === rule.id);
    if (!old) return [{ kind: 'added', rule, at: at + 1 }];
    const found: RuleDifference[] = [];
    if (oldShared.indexOf(rule.id) !== newShared.indexOf(rule.id))
      found.push({ kind: 'moved', id: rule.id, from: oldIds.indexOf(rule.id) + 1, to: at + 1 });
    if (canonicalJson(old as unknown as Json) !== canonicalJson(rule as unknown as Json))
      found.push({ kind: 'changed', before: old, after: rule, at: at + 1 });
    return found;
  });
  return [...removed, ...rest];
}
