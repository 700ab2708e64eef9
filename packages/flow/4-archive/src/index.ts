export type { Archived } from './archived.ts';
export { commands } from './commands.ts';
export { type Coverage, coverage } from './coverage.ts';
export { MessageNotFoundError, QueryError } from './errors.ts';
export { emlName } from './export/eml-name.ts';
export { formatMbox, type MboxMessage } from './export/mbox.ts';
export { INDEX_CHARACTERS } from './index-columns.ts';
export { type Journalled, journal } from './journal.ts';
export type { IndexedWords, JournalRow } from './journal-row.ts';
export { migrations } from './migrations.ts';
export { type QueryField, queryFields } from './query/fields.ts';
export { DEFAULT_UTC_OFFSET_MINUTES, parseQuery, QUERY_LIMITS } from './query/parse-query.ts';
export type { Query, QueryFilter, QueryTerm } from './query/query.ts';
export {
  type ArchiveRecord,
  type DecidedRecord,
  type DeliveredSource,
  decidedMessages,
  deliveredSource,
  messageById,
  show,
} from './record.ts';
export { COUNT_LIMIT, type SearchPage, type SearchQuestion, search } from './search.ts';
export { type Trace, type TraceQuestion, type TraceStep, traceOf } from './trace.ts';
export { MERGE_PAGES, optimizeStep } from './upkeep.ts';
export { replacePlace, rowsForRecovery, type StoredBody, verifyPage } from './verify-page.ts';
