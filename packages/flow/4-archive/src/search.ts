import type { ReadTx, SqlValue } from '@sekisho/tenants';
import { type Archived, ARCHIVED_COLUMNS, type ArchivedRow, archivedOf } from './archived.ts';
import { type Coverage, coverage } from './coverage.ts';
import { filterExpression, termExpression } from './match-expression.ts';
import { DAY_MS } from './journal.ts';
import { parseQuery } from './query/parse-query.ts';
import type { Query } from './query/query.ts';

/** Hits are counted up to here; above, an answer says "more than". */
export const COUNT_LIMIT = 1000;

/** A page of what was found, newest first. */
export interface SearchPage {
  readonly messages: readonly Archived[];
  /** Asks for the next page; `null` on the last. */
  readonly cursor: number | null;
  /** Hits in all, at most {@link COUNT_LIMIT}; `null` on later pages, which do not count again. */
  readonly total: number | null;
  /** True when there are more hits than were counted. */
  readonly isMore: boolean;
  readonly hints: Query['hints'];
  /** How much of the journal the index knows. */
  readonly coverage: Coverage;
}

/** What to search for. `cursor` is that of the page before. */
export interface SearchQuestion {
  readonly query: string;
  readonly limit: number;
  readonly cursor?: number | undefined;
  readonly utcOffsetMinutes?: number | undefined;
}

/** Finds messages by words and filters. The order of arrival is the order of the index, so a page is read, not sorted. */
export async function search(tx: ReadTx, question: SearchQuestion): Promise<SearchPage> {
  const query = parseQuery(question.query, question.utcOffsetMinutes);
  const plan = await planSearch(tx, query);
  const { limit, cursor } = question;
  const rows = await tx.all<ArchivedRow>(
    `SELECT ${ARCHIVED_COLUMNS} FROM ${plan.from} WHERE ${plan.where} ORDER BY ${plan.key} DESC LIMIT ?`,
    ...plan.values(cursor === undefined ? plan.last : Math.min(plan.last, cursor - 1)),
    limit + 1,
  );
  const isFirst = cursor === undefined;
  const counted = isFirst ? await countHits(tx, plan, rows.length <= limit ? rows.length : null) : null;
  const messages = rows.slice(0, limit).map(archivedOf);
  return {
    messages,
    cursor: rows.length > limit ? messages.at(-1)!.id : null,
    total: counted === null ? null : Math.min(counted, COUNT_LIMIT),
    isMore: counted !== null && counted > COUNT_LIMIT,
    hints: query.hints,
    coverage: await coverage(tx),
  };
}

interface SearchPlan {
  readonly from: string;
  readonly where: string;
  readonly key: string;
  /** Highest id that can be a hit. */
  readonly last: number;
  readonly values: (last: number) => SqlValue[];
}

async function planSearch(tx: ReadTx, query: Query): Promise<SearchPlan> {
  const expressions = [...query.terms.map(termExpression), ...query.filters.map(filterExpression)];
  const match = expressions.filter((one) => one !== null).join(' AND ');
  const rows = rowConditions(query);
  const { first, last } = await idsBetween(tx, rows.from, rows.until);
  const key = match ? 'w.rowid' : 'm.id';
  const where = [...(match ? ['w.archive_words MATCH ?'] : []), `${key} >= ?`, `${key} <= ?`, ...rows.conditions];
  return {
    from: match ? 'archive_words w CROSS JOIN archive_message m ON m.id = w.rowid' : 'archive_message m',
    where: where.join(' AND '),
    key,
    last,
    values: (highest) => [...(match ? [match] : []), first, highest, ...rows.values],
  };
}

/** What the tags of the index cannot tell exactly. */
function rowConditions(query: Query): { conditions: string[]; values: SqlValue[]; from: number; until: number } {
  const conditions: string[] = [];
  const values: SqlValue[] = [];
  const also = (condition: string, ...more: SqlValue[]) => {
    conditions.push(condition);
    values.push(...more);
  };
  let [from, until] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (const filter of query.filters) {
    if (filter.kind === 'larger') also('m.size_octets >= ?', filter.octets);
    if (filter.kind === 'smaller') also('m.size_octets < ?', filter.octets);
    if (filter.kind === 'partly-indexed') also('m.indexed_all = 0');
    if (filter.kind === 'message-id') also('m.message_id = ?', filter.is);
    if (filter.kind === 'received') {
      from = Math.max(from, filter.from ?? from);
      until = Math.min(until, filter.until ?? until);
    }
  }
  if (Number.isFinite(from)) also('m.received_at >= ?', from);
  if (Number.isFinite(until)) also('m.received_at < ?', until);
  return { conditions, values, from, until };
}

/** The part of the order of arrival in which everything received between two times lies. */
export async function idsBetween(tx: ReadTx, from: number, until: number): Promise<{ first: number; last: number }> {
  if (!Number.isFinite(from) && !Number.isFinite(until)) return { first: 1, last: Number.MAX_SAFE_INTEGER };
  const row = await tx.one<{ first: number | null; last: number | null }>(
    'SELECT min(first_id) AS first, max(last_id) AS last FROM archive_day WHERE day >= ? AND day <= ?',
    Number.isFinite(from) ? Math.floor(from / DAY_MS) : Number.MIN_SAFE_INTEGER,
    Number.isFinite(until) ? Math.floor(until / DAY_MS) : Number.MAX_SAFE_INTEGER,
  );
  return { first: row?.first ?? 1, last: row?.last ?? 0 };
}

async function countHits(tx: ReadTx, plan: SearchPlan, known: number | null): Promise<number> {
  if (known !== null) return known;
  const needsRow = plan.where.includes('m.') || plan.key === 'm.id';
  const from = needsRow ? plan.from : 'archive_words w';
  const row = await tx.one<{ hits: number }>(
    `SELECT count(*) AS hits FROM (SELECT 1 FROM ${from} WHERE ${plan.where} LIMIT ?)`,
    ...plan.values(plan.last),
    COUNT_LIMIT + 1,
  );
  return row!.hits;
}
