import { conditionNamed } from './catalogue.ts';
import { type Condition, isConditionUse, type Rule } from './rule.ts';
import type { Json } from '@sekisho/terms';
import { canonicalJson } from './version.ts';

/** A rule that can never decide, and the earlier one that always comes before it (`null`: its own condition never holds). */
export interface UnreachableRule {
  readonly rule: string;
  readonly because: string | null;
}

/** Rules that can be seen never to decide. What it reports is certain; it does not find every such rule. */
export function unreachableRules(rules: readonly Rule[]): UnreachableRule[] {
  return rules.flatMap((rule, at): UnreachableRule[] => {
    if (neverHolds(rule.when)) return [{ rule: rule.id, because: null }];
    const earlier = rules.slice(0, at).find((one) => covers(one.when, rule.when));
    return earlier ? [{ rule: rule.id, because: earlier.id }] : [];
  });
}

function neverHolds(condition: Condition): boolean {
  if (isConditionUse(condition)) return false;
  if ('not' in condition) return alwaysHolds(condition.not);
  return 'all' in condition ? condition.all.some(neverHolds) : condition.any.every(neverHolds);
}

function alwaysHolds(condition: Condition): boolean {
  if (isConditionUse(condition)) return condition.name === 'always';
  if ('not' in condition) return neverHolds(condition.not);
  return 'all' in condition ? condition.all.every(alwaysHolds) : condition.any.some(alwaysHolds);
}

/** True only when every message of `inner` is one of `outer`. */
function covers(outer: Condition, inner: Condition): boolean {
  if (alwaysHolds(outer)) return true;
  if (isConditionUse(outer) && isConditionUse(inner)) {
    if (outer.name !== inner.name) return false;
    return same(outer.with, inner.with) || (conditionNamed(outer.name)!.covers?.(outer.with, inner.with) ?? false);
  }
  if ('all' in outer) return outer.all.every((part) => covers(part, inner));
  if ('any' in inner) return inner.any.every((part) => covers(outer, part));
  if ('any' in outer && outer.any.some((part) => covers(part, inner))) return true;
  if ('all' in inner) return inner.all.some((part) => covers(outer, part));
  return 'not' in outer && 'not' in inner && covers(inner.not, outer.not);
}

const same = (one: Json, other: Json) => canonicalJson(one) === canonicalJson(other);
