import type { Direction, Disposition } from '@sekisho/terms';
import type { Column } from '../tags.ts';

/** A literal word or phrase, in one column of the index or in any. */
export interface QueryTerm {
  readonly text: string;
  readonly column: Column | null;
  /** Where it stands in the query, in characters from 0. */
  readonly position: number;
}

/** Something that is asked of a message beside its words. Times are milliseconds, UTC; `until` is not included. */
export type QueryFilter =
  | { readonly kind: 'direction'; readonly is: Direction }
  | { readonly kind: 'disposition'; readonly is: Disposition['kind'] }
  | { readonly kind: 'attachment'; readonly present: boolean }
  | { readonly kind: 'attachment-type'; readonly types: readonly string[] }
  | { readonly kind: 'attachment-extension'; readonly is: string }
  | { readonly kind: 'message-id'; readonly is: string }
  | { readonly kind: 'larger'; readonly octets: number }
  | { readonly kind: 'smaller'; readonly octets: number }
  | { readonly kind: 'received'; readonly from: number | null; readonly until: number | null }
  | { readonly kind: 'partly-indexed' };

/** A query: everything in it must hold. */
export interface Query {
  readonly terms: readonly QueryTerm[];
  readonly filters: readonly QueryFilter[];
  /** Words that look like a field name misspelt; they were taken literally. */
  readonly hints: readonly { readonly position: number; readonly written: string; readonly meant: string }[];
}
