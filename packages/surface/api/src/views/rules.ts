import { z } from '@hono/zod-openapi';
import {
  type ActionEntry,
  type ConditionEntry,
  describeRule,
  type Rule,
  type RuleDifference,
  type RulesEntry,
} from '@sekisho/policy';
import { actorView, sentenceView } from './actor.ts';
import { isoOrNull, timeView } from './times.ts';

/** A rule, with its sentence. */
export const ruleView = z
  .object({
    id: z.string(),
    about: sentenceView.optional(),
    when: z.unknown().openapi({ description: 'A condition of the catalogue, or all, any or not of some.' }),
    action: z.object({ name: z.string(), with: z.unknown() }),
    says: sentenceView.openapi({ description: 'The rule as people say it. Left out when a rule is set.' }),
  })
  .openapi('Rule');

export type RuleView = z.infer<typeof ruleView>;

/** A rule as answers show it. */
export const viewRule = (rule: Rule): RuleView => ({
  id: rule.id,
  ...(rule.about ? { about: rule.about } : {}),
  when: rule.when,
  action: rule.action,
  says: describeRule(rule),
});

/** An entry of the history of rules. */
export const entryView = z
  .object({
    number: z.int(),
    version: z.string(),
    setAt: timeView.nullable(),
    by: actorView.nullable(),
    note: z.string(),
    reverts: z.int().nullable(),
  })
  .openapi('PolicyEntry');

export type EntryView = z.infer<typeof entryView>;

/** An entry as answers show it. */
export const viewEntry = ({ setAt, ...entry }: RulesEntry): EntryView => ({ ...entry, setAt: isoOrNull(setAt) });

/** A rule that can never decide. */
export const unreachableView = z
  .object({
    rule: z.string(),
    because: z.string().nullable().openapi({ description: 'The earlier rule that always comes before it.' }),
  })
  .readonly()
  .openapi('UnreachableRule');

/** One difference between two lists of rules. */
export const differenceView = z
  .object({
    kind: z.enum(['added', 'removed', 'changed', 'moved']),
    id: z.string(),
    at: z.int().openapi({ description: 'Place in the list, from 1; of a moved rule the new one.' }),
    from: z.int().nullable().openapi({ description: 'Place before, of a moved rule.' }),
    before: ruleView.nullable(),
    after: ruleView.nullable(),
  })
  .openapi('RuleDifference');

export type DifferenceView = z.infer<typeof differenceView>;

/** A difference as answers show it. */
export function viewDifference(difference: RuleDifference): DifferenceView {
  const none = { from: null, before: null, after: null };
  switch (difference.kind) {
    case 'added':
      return { ...none, kind: 'added', id: difference.rule.id, at: difference.at, after: viewRule(difference.rule) };
    case 'removed':
      return { ...none, kind: 'removed', id: difference.rule.id, at: difference.at, before: viewRule(difference.rule) };
    case 'moved':
      return { ...none, kind: 'moved', id: difference.id, at: difference.to, from: difference.from };
    case 'changed': {
      const { before, after, at } = difference;
      return { ...none, kind: 'changed', id: after.id, at, before: viewRule(before), after: viewRule(after) };
    }
  }
}

/** Something that rules can name. */
export const catalogueView = z
  .object({ name: z.string(), sentence: sentenceView, parameters: z.record(z.string(), z.unknown()) })
  .openapi('CatalogueEntry');

/** An entry of the catalogue, its parameters as JSON Schema. */
export const viewCatalogueEntry = ({
  name,
  sentence,
  schema,
}: ActionEntry | ConditionEntry): z.infer<typeof catalogueView> => ({
  name,
  sentence,
  parameters: z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }),
});
