import type { Json, Sentence } from '@sekisho/terms';

/** A condition of the catalogue with its parameters. */
export interface ConditionUse {
  readonly name: string;
  readonly with: Json;
}

/** Conditions joined by AND (`all`), OR (`any`) and NOT. An empty `all` always holds, an empty `any` never does. */
export type Condition =
  | { readonly all: readonly Condition[] }
  | { readonly any: readonly Condition[] }
  | { readonly not: Condition }
  | ConditionUse;

/** An action of the catalogue with its parameters. */
export interface ActionUse {
  readonly name: string;
  readonly with: Json;
}

/** What happens to mail of a kind. In a list of rules the first whose condition holds decides. */
export interface Rule {
  readonly id: string;
  /** The reason in the words of whoever wrote the rule; without it the catalogue's sentence is given. */
  readonly about?: Sentence;
  readonly when: Condition;
  readonly action: ActionUse;
}

/** Whose rules: of the installation, a tenant, a group of its people, one person. */
export type Scope = 'floor' | 'tenant' | 'group' | 'user';

/** The rules of one scope. Groups and persons are named by `owner`. */
export interface Layer {
  readonly scope: Scope;
  readonly owner?: string;
  readonly rules: readonly Rule[];
}

/** All rules that hold for a message, outermost scope first: an inner one can add to an outer one, never soften it. */
export interface RuleSet {
  readonly version: string;
  readonly layers: readonly Layer[];
}

/** True for the leaves of a condition. */
export function isConditionUse(condition: Condition): condition is ConditionUse {
  return 'name' in condition;
}

/** The leaves of a condition, wherever they stand in it. */
export function usesOf(condition: Condition): ConditionUse[] {
  if (isConditionUse(condition)) return [condition];
  if ('not' in condition) return usesOf(condition.not);
  return ('all' in condition ? condition.all : condition.any).flatMap(usesOf);
}
