import { type RuleSet, usesOf } from './rule.ts';
import { memberOf } from './subject.ts';

/** Names of the header fields, in lower case, that some rule looks at: inspection reports these and no others. */
export function wantedFields(rules: RuleSet): string[] {
  const uses = rules.layers.flatMap((layer) => layer.rules.flatMap((rule) => usesOf(rule.when)));
  const fields = uses.flatMap(({ name, with: parameters }) => {
    const field = name === 'header/contains' ? memberOf(parameters, 'field') : undefined;
    return typeof field === 'string' ? [field.toLowerCase()] : [];
  });
  return [...new Set(fields)].sort();
}
