/** A value that a placeholder can stand for, or that a column can hold. Times are milliseconds, truth is 0 or 1. */
export type SqlValue = string | number | bigint | null | Uint8Array;

/**
 * The view of a transaction that only looks. SQL is a constant text with `?` placeholders, in the common part of
 * SQLite and PostgreSQL; statements are kept prepared by their text, so values never belong into it.
 */
export interface ReadTx {
  /** The first row, or `undefined` when there is none. */
  one<T>(sql: string, ...values: SqlValue[]): Promise<T | undefined>;
  /** All rows. Ask for pages: a result is held in memory whole. */
  all<T>(sql: string, ...values: SqlValue[]): Promise<T[]>;
}

/** The view of a transaction that changes. It is the only thing that the function inside may await. */
export interface Tx extends ReadTx {
  /** Runs a statement that gives no rows. `lastId` is the row id of the last insert, where the store has one. */
  run(sql: string, ...values: SqlValue[]): Promise<{ readonly changes: number; readonly lastId: number }>;
}
