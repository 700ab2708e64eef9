import type { Json } from '@sekisho/terms';
import { type ZodType, z } from 'zod';
import { actions } from './actions.ts';
import { actionNamed, conditionNamed, conditions, nearestName } from './catalogue.ts';
import { type RuleFault, RulesRefusedError } from './errors.ts';
import type { ActionUse, Condition, Rule } from './rule.ts';

/** Bounds of one scope's rules. */
export const RULE_LIMITS = { rules: 500, conditions: 5000, depth: 12 } as const;

const sentence = z.strictObject({ ja: z.string().max(500), en: z.string().max(500) });
const ruleId = z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, { error: 'not an id: expected words like "no-programs"' });

/** Checks the rules of one scope (`{rules: [...]}`), fills in defaults, and tells everything that is wrong at once. */
export function parseRules(json: unknown): readonly Rule[] {
  const reader = new RuleReader();
  const rules = reader.rules(json);
  if (reader.faults.length > 0) throw new RulesRefusedError(reader.faults);
  return rules;
}

class RuleReader {
  readonly faults: RuleFault[] = [];
  #conditions = 0;

  rules(json: unknown): Rule[] {
    const list = this.object(json, '', ['rules'])?.['rules'];
    if (!Array.isArray(list)) return this.fault('rules', 'expected a list of rules') ?? [];
    if (list.length > RULE_LIMITS.rules)
      return this.fault('rules', `expected at most ${RULE_LIMITS.rules} rules: got ${list.length}`) ?? [];
    const seen = new Set<string>();
    return list.flatMap((one: unknown, at) => {
      const rule = this.rule(one, `rules[${at}]`);
      if (rule && seen.has(rule.id)) this.fault(`rules[${at}].id`, `"${rule.id}" is the id of an earlier rule`);
      if (rule) seen.add(rule.id);
      return rule ? [rule] : [];
    });
  }

  rule(json: unknown, path: string): Rule | null {
    const fields = this.object(json, path, ['id', 'about', 'when', 'action']);
    if (!fields) return null;
    const id = this.checked(ruleId, fields['id'], `${path}.id`);
    const about = fields['about'] === undefined ? undefined : this.checked(sentence, fields['about'], `${path}.about`);
    const when = this.condition(fields['when'], `${path}.when`, 1);
    const action = this.action(fields['action'], `${path}.action`);
    if (id === null || about === null || !when || !action) return null;
    return { id, ...(about ? { about } : {}), when, action };
  }

  condition(json: unknown, path: string, depth: number): Condition | null {
    if (depth > RULE_LIMITS.depth) return this.fault(path, `expected at most ${RULE_LIMITS.depth} levels`);
    if (++this.#conditions > RULE_LIMITS.conditions)
      return this.fault(path, `expected at most ${RULE_LIMITS.conditions} conditions`);
    const fields = this.object(json, path, ['all', 'any', 'not', 'name', 'with']);
    if (!fields) return null;
    const keys = Object.keys(fields).filter((key) => key !== 'with');
    if (keys.length !== 1) return this.fault(path, 'expected exactly one of "all", "any", "not", "name"');
    if ('not' in fields) {
      const not = this.condition(fields['not'], `${path}.not`, depth + 1);
      return not && { not };
    }
    if ('name' in fields) return this.named(fields, path, 'condition');
    const key = 'all' in fields ? 'all' : 'any';
    const list = fields[key];
    if (!Array.isArray(list)) return this.fault(`${path}.${key}`, 'expected a list of conditions');
    const parts = list.map((one: unknown, at) => this.condition(one, `${path}.${key}[${at}]`, depth + 1));
    if (parts.some((part) => part === null)) return null;
    return (key === 'all' ? { all: parts } : { any: parts }) as Condition;
  }

  action(json: unknown, path: string): ActionUse | null {
    const fields = this.object(json, path, ['name', 'with']);
    return fields && this.named(fields, path, 'action');
  }

  named(fields: Record<string, unknown>, path: string, kind: 'condition' | 'action'): ActionUse | null {
    const name = fields['name'];
    const entry = typeof name === 'string' ? (kind === 'condition' ? conditionNamed : actionNamed)(name) : undefined;
    if (!entry) {
      const known = (kind === 'condition' ? conditions : actions).map((one) => one.name);
      const near = typeof name === 'string' ? nearestName(name, known) : null;
      const hint = near ? `: did you mean "${near}"` : `: known are ${known.map((one) => `"${one}"`).join(', ')}`;
      return this.fault(`${path}.name`, `unknown ${kind} ${JSON.stringify(name)}${hint}`);
    }
    const parameters = this.checked<Json>(entry.schema, fields['with'] ?? {}, `${path}.with`);
    return parameters === null ? null : { name: entry.name, with: parameters };
  }

  object(json: unknown, path: string, known: readonly string[]): Record<string, unknown> | null {
    if (json === null || typeof json !== 'object' || Array.isArray(json)) return this.fault(path, 'expected an object');
    const at = path === '' ? '' : `${path}.`;
    for (const key of Object.keys(json).filter((key) => !known.includes(key))) {
      const near = nearestName(key, known);
      this.fault(`${at}${key}`, `unknown member${near ? `: did you mean "${near}"` : ''}`);
    }
    return json as Record<string, unknown>;
  }

  checked<T>(schema: ZodType<T>, value: unknown, path: string): T | null {
    const result = schema.safeParse(value);
    if (result.success) return result.data;
    for (const issue of result.error.issues) {
      const inner = issue.path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('');
      this.fault(`${path}${inner}`, issue.message);
    }
    return null;
  }

  fault(path: string, message: string): null {
    this.faults.push({ path: path === '' ? '(top)' : path, message });
    return null;
  }
}
