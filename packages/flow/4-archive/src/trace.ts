import type { ReadTx, SqlValue } from '@sekisho/tenants';
import {
  type Address,
  addressKey,
  type Fact,
  formatAddress,
  formatReversePath,
  type Sentence,
  type SpoolId,
} from '@sekisho/terms';
import { type Archived, ARCHIVED_COLUMNS, type ArchivedRow, archivedOf } from './archived.ts';
import { termExpression } from './match-expression.ts';
import { show } from './record.ts';
import { idsBetween } from './search.ts';
import { forwardPathTag, messageIdTag, reversePathTag } from './tags.ts';

/** Which messages to trace. Everything that is given must hold; addresses are exact, times in milliseconds, UTC. */
export interface TraceQuestion {
  readonly spoolId?: SpoolId | undefined;
  readonly messageId?: string | undefined;
  /** Reverse-path, or an address in the header field From. */
  readonly sender?: Address | undefined;
  /** A forward-path, Bcc recipients included. */
  readonly recipient?: Address | undefined;
  readonly from?: number | undefined;
  readonly until?: number | undefined;
  readonly cursor?: number | undefined;
  readonly limit: number;
}

/** One thing that happened to a message. */
export interface TraceStep {
  readonly at: number;
  readonly what: 'received' | 'inspected' | 'decided' | 'journalled';
  readonly why: Sentence;
  /** Of a decision: the forward-path, the disposition and the rule. */
  readonly detail: Readonly<Record<string, string | number | null>>;
}

/** A message and its steps as far as the archive knows them; holding and delivery add theirs. */
export interface Trace {
  readonly message: Archived;
  readonly facts: readonly Fact[];
  readonly steps: readonly TraceStep[];
}

/** What happened to the messages that somebody asks about, newest first; `cursor` asks for the next page. */
export async function traceOf(
  tx: ReadTx,
  question: TraceQuestion,
): Promise<{ traces: Trace[]; cursor: number | null }> {
  const rows = await findTraced(tx, question);
  const page = rows.slice(0, question.limit);
  const traces: Trace[] = [];
  for (const row of page) traces.push(await traceRow(tx, archivedOf(row)));
  return { traces, cursor: rows.length > question.limit ? page.at(-1)!.id : null };
}

async function findTraced(tx: ReadTx, question: TraceQuestion): Promise<ArchivedRow[]> {
  const match = [
    question.messageId && `"${messageIdTag(question.messageId)}"`,
    question.sender && senderExpression(question.sender),
    question.recipient && `"${forwardPathTag(addressKey(question.recipient))}"`,
  ].filter((one) => one !== undefined && one !== '');
  const { from = Number.NEGATIVE_INFINITY, until = Number.POSITIVE_INFINITY } = question;
  const { first, last } = await idsBetween(tx, from, until);
  const where = ['m.id >= ?', 'm.id <= ?'];
  const values: SqlValue[] = [first, Math.min(last, (question.cursor ?? Number.MAX_SAFE_INTEGER) - 1)];
  const also = (condition: string, value: SqlValue) => {
    where.push(condition);
    values.push(value);
  };
  if (question.spoolId) also('m.spool_id = ?', question.spoolId);
  if (question.messageId) also('m.message_id = ?', question.messageId);
  if (Number.isFinite(from)) also('m.received_at >= ?', from);
  if (Number.isFinite(until)) also('m.received_at < ?', until);
  if (match.length === 0)
    return tx.all<ArchivedRow>(
      `SELECT ${ARCHIVED_COLUMNS} FROM archive_message m WHERE ${where.join(' AND ')} ORDER BY m.id DESC LIMIT ?`,
      ...values,
      question.limit + 1,
    );
  where[0] = 'w.rowid >= ?';
  where[1] = 'w.rowid <= ?';
  return tx.all<ArchivedRow>(
    `SELECT ${ARCHIVED_COLUMNS} FROM archive_words w CROSS JOIN archive_message m ON m.id = w.rowid
     WHERE w.archive_words MATCH ? AND ${where.join(' AND ')} ORDER BY w.rowid DESC LIMIT ?`,
    match.join(' AND '),
    ...values,
    question.limit + 1,
  );
}

function senderExpression(sender: Address): string {
  const key = addressKey(sender);
  const header = termExpression({ text: key, column: 'sender', position: 0 });
  return header ? `("${reversePathTag(key)}" OR ${header})` : `"${reversePathTag(key)}"`;
}

async function traceRow(tx: ReadTx, message: Archived): Promise<Trace> {
  const record = await show(tx, { spoolId: message.spoolId });
  const { client, reversePath, receivedAt } = record.envelope;
  const received: TraceStep = {
    at: receivedAt,
    what: 'received',
    why: {
      ja: `${client.ip} (${client.ehlo}) から ${client.protocol} で受け取った`,
      en: `received from ${client.ip} (${client.ehlo}) with ${client.protocol}`,
    },
    detail: { reversePath: formatReversePath(reversePath), sizeOctets: message.sizeOctets, listener: client.listener },
  };
  const inspected: TraceStep = {
    at: record.plan.decidedAt,
    what: 'inspected',
    why: { ja: `${record.facts.length} 件の事実が分かった`, en: `${record.facts.length} facts were found` },
    detail: {},
  };
  const decided = record.plan.decisions.map(
    ({ forwardPath, disposition, rule, why }): TraceStep => ({
      at: record.plan.decidedAt,
      what: 'decided',
      why,
      detail: {
        forwardPath: formatAddress(forwardPath),
        disposition: disposition.kind,
        rule,
        policyVersion: record.policyVersion,
      },
    }),
  );
  const journalled: TraceStep = {
    at: record.journalledAt,
    what: 'journalled',
    why: { ja: '保存し、索引に入れた', en: 'journalled and indexed' },
    detail: { rawSha256: record.rawSha256.toString('hex'), batch: record.batch },
  };
  return { message, facts: record.facts, steps: [received, inspected, ...decided, journalled] };
}
