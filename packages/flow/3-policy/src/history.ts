import type { Actor } from '@sekisho/terms';
import type { CommandContext, ReadTx, Tx } from '@sekisho/tenants';
import { defaultRules } from './default-rules.ts';
import { diffRuleSets, type RuleDifference } from './diff.ts';
import { RulesChangedError, RulesNotFoundError } from './errors.ts';
import { parseRules } from './parse-rules.ts';
import type { Rule, RuleSet } from './rule.ts';
import { unreachableRules, type UnreachableRule } from './unreachable.ts';
import { ruleSetOf } from './version.ts';

/** One entry of the history of rules; number 0 is what every tenant begins with. */
export interface RulesEntry {
  readonly number: number;
  readonly version: string;
  readonly setAt: number | null;
  readonly by: Actor | null;
  readonly note: string;
  /** The number that this entry brought back, if it did. */
  readonly reverts: number | null;
}

interface Row {
  number: number;
  version: string;
  rules: string;
  set_at: number;
  by_kind: Actor['kind'];
  by_name: string;
  note: string;
  reverts: number | null;
}

const FIRST: RulesEntry = {
  number: 0,
  version: ruleSetOf(defaultRules).version,
  setAt: null,
  by: null,
  note: '',
  reverts: null,
};

const entryOf = (row: Omit<Row, 'rules'>): RulesEntry => ({
  number: row.number,
  version: row.version,
  setAt: row.set_at,
  by: { kind: row.by_kind, name: row.by_name },
  note: row.note,
  reverts: row.reverts,
});

/** The rules in force, alone and as the set that `decide` takes. */
export interface CurrentRules {
  readonly entry: RulesEntry;
  readonly rules: readonly Rule[];
  readonly ruleSet: RuleSet;
}

const KEPT = 1000;
const defaults = { rules: defaultRules, ruleSet: ruleSetOf(defaultRules) };
const kept = new Map<string, { rules: readonly Rule[]; ruleSet: RuleSet }>();

/** What is in force now. Rules of a version never change, so each version is read once and then remembered. */
export async function currentRules(tx: ReadTx): Promise<CurrentRules> {
  const row = await tx.one<Omit<Row, 'rules'>>(
    `SELECT number, version, set_at, by_kind, by_name, note, reverts FROM policy_rules ORDER BY number DESC LIMIT 1`,
  );
  if (!row) return { entry: FIRST, ...defaults };
  let found = kept.get(row.version);
  if (!found) {
    const rules = await rulesNumbered(tx, row.number);
    found = { rules, ruleSet: ruleSetOf(rules) };
    if (kept.size >= KEPT) kept.delete(kept.keys().next().value!);
    kept.set(row.version, found);
  }
  return { entry: entryOf(row), ...found };
}

/** The rules of one entry of the history. */
export async function rulesNumbered(tx: ReadTx, number: number): Promise<readonly Rule[]> {
  if (number === 0) return defaultRules;
  const row = await tx.one<{ rules: string }>('SELECT rules FROM policy_rules WHERE number = ?', number);
  if (!row) throw new RulesNotFoundError(number);
  return JSON.parse(row.rules) as Rule[];
}

/** What setting rules tells: the entry, what differs from before, and which rules can never decide. */
export interface RulesSet {
  readonly entry: RulesEntry;
  readonly differences: readonly RuleDifference[];
  readonly unreachable: readonly UnreachableRule[];
}

/** Puts rules in force; `expected` is the version that they were made from, when somebody else may have been quicker. */
export async function setRules(
  tx: Tx,
  question: { rules: unknown; note: string; expected?: string | undefined; reverts?: number | undefined },
  context: Pick<CommandContext, 'now' | 'by'>,
): Promise<RulesSet> {
  const rules = parseRules({ rules: question.rules });
  const before = await currentRules(tx);
  if (question.expected !== undefined && question.expected !== before.entry.version)
    throw new RulesChangedError(question.expected, before.entry.version);
  const { version } = ruleSetOf(rules);
  const number = before.entry.number + 1;
  const { now, by } = context;
  const reverts = question.reverts ?? null;
  await tx.run(
    `INSERT INTO policy_rules (number, version, rules, set_at, by_kind, by_name, note, reverts)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    number,
    version,
    JSON.stringify(rules),
    now,
    by.kind,
    by.name,
    question.note,
    reverts,
  );
  return {
    entry: { number, version, setAt: now, by, note: question.note, reverts },
    differences: diffRuleSets(before.rules, rules),
    unreachable: unreachableRules(rules),
  };
}

/** Entries of the history, newest first, older than `before`; the beginning is the last one. */
export async function rulesHistory(
  tx: ReadTx,
  question: { before?: number | undefined; limit: number },
): Promise<RulesEntry[]> {
  const rows = await tx.all<Omit<Row, 'rules'>>(
    `SELECT number, version, set_at, by_kind, by_name, note, reverts FROM policy_rules
     WHERE number < ? ORDER BY number DESC LIMIT ?`,
    question.before ?? Number.MAX_SAFE_INTEGER,
    question.limit,
  );
  const entries = rows.map(entryOf);
  const isWhole = entries.length < question.limit && (question.before ?? 1) > 0;
  return isWhole ? [...entries, FIRST] : entries;
}
