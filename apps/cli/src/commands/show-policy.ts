import type { DecisionView, DifferenceView, EntryView, RuleView } from '@sekisho/api';
import type { Context } from '../command.ts';
import { plain } from '../output/plain.ts';

/** A rule that can never decide. */
export interface Unreachable {
  readonly rule: string;
  readonly because: string | null;
}

/** What setting rules came to. */
export interface PolicySet {
  readonly entry: EntryView;
  readonly differences: readonly DifferenceView[];
  readonly unreachable: readonly Unreachable[];
}

/** Rules in their order, as people say them. */
export function showRules(context: Context, rules: readonly RuleView[]): void {
  for (const [at, rule] of rules.entries())
    context.streams.out(`${String(at + 1).padStart(3)}. ${rule.id}  ${plain(context.text(rule.says))}\n`);
}

/** Rules that can never decide. */
export function showUnreachable(context: Context, unreachable: readonly Unreachable[]): void {
  for (const { rule, because } of unreachable)
    context.say(
      because === null
        ? {
            ja: `注意: ルール ${rule} の条件は成り立つことがありません`,
            en: `Mind: the condition of rule ${rule} never holds`,
          }
        : {
            ja: `注意: ルール ${rule} は必ず ${because} が先に当たるので、使われません`,
            en: `Mind: rule ${rule} never decides, ${because} always comes before it`,
          },
    );
}

/** What differs, rule by rule. */
export function showDifferences(context: Context, differences: readonly DifferenceView[]): void {
  const { out } = context.streams;
  if (differences.length === 0) context.say({ ja: '違いはありません', en: 'no difference' });
  for (const { kind, id, at, from, before, after } of differences) {
    if (kind === 'moved') out(`  ${id}: ${from} → ${at}\n`);
    if (before) out(`- ${id}: ${plain(context.text(before.says))}\n`);
    if (after) out(`+ ${id}: ${plain(context.text(after.says))}\n`);
    if (before && after && before.says.en === after.says.en)
      out(`    ${plain(JSON.stringify(before.when))} → ${plain(JSON.stringify(after.when))}\n`);
  }
}

/** Which rules are in force now, and what changed. */
export function showSet(context: Context, done: PolicySet): void {
  const { number, version } = done.entry;
  context.say({
    ja: `ルール ${number} 番(版 ${version})になりました`,
    en: `rules number ${number} (version ${version}) are in force`,
  });
  showDifferences(context, done.differences);
  showUnreachable(context, done.unreachable);
}

/** A decision on one line. */
export const decisionLine = (context: Context, { disposition, reason, rule, why }: DecisionView) =>
  `${disposition}${reason ? ` (${reason})` : ''}  ${rule}: ${plain(context.text(why))}`;
