import { type ActionEntry, actions } from './actions.ts';
import type { ConditionEntry } from './catalogue-entry.ts';
import { envelopeConditions } from './conditions/envelope.ts';
import { factConditions } from './conditions/fact.ts';
import { messageConditions } from './conditions/message.ts';
import { timeConditions } from './conditions/time.ts';

/** Everything that a rule can ask, in the order in which an editor offers it. */
export const conditions: readonly ConditionEntry[] = [
  ...envelopeConditions,
  ...factConditions,
  ...messageConditions,
  ...timeConditions,
];

const conditionsByName = new Map(conditions.map((entry) => [entry.name, entry]));
const actionsByName = new Map(actions.map((entry) => [entry.name, entry]));

/** The entry of a condition, or `undefined` when the catalogue has none of that name. */
export function conditionNamed(name: string): ConditionEntry | undefined {
  return conditionsByName.get(name);
}

/** The entry of an action, or `undefined` when the catalogue has none of that name. */
export function actionNamed(name: string): ActionEntry | undefined {
  return actionsByName.get(name);
}

/** The name that somebody meant who wrote `name`, if one is near. */
export function nearestName(name: string, names: readonly string[]): string | null {
  const asked = name.toLowerCase();
  let best: string | null = null;
  let bestDistance = Math.max(3, Math.ceil(asked.length / 2));
  for (const one of names) {
    const distance = one.endsWith(`/${asked}`) ? 1 : editDistance(asked, one);
    if (distance < bestDistance) [best, bestDistance] = [one, distance];
  }
  return best;
}

function editDistance(a: string, b: string): number {
  if (a.length > 64) return a.length;
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length]!;
}
