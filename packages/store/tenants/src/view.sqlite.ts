import type { SqliteConnection, SqliteStatement } from './binding.sqlite.ts';
import { StatementRefusedError, TransactionOverError } from './errors.ts';
import type { SqlValue, Tx } from './tx.ts';

const STATEMENTS_KEPT = 256;
/** Data only: what begins, ends, attaches, exports or configures is the store's own. */
const ALLOWED = /^(?:\s|--[^\n]*\n|\/\*[\s\S]*?\*\/)*(?:SELECT|INSERT|UPDATE|DELETE|REPLACE|WITH|VALUES)\b/i;

/** The statements of one connection, prepared once and kept by their text; the oldest go when there are too many. */
export class Statements {
  readonly #db: SqliteConnection;
  readonly #kept = new Map<string, SqliteStatement>();

  constructor(db: SqliteConnection) {
    this.#db = db;
  }

  get(sql: string): SqliteStatement {
    return this.#kept.get(sql) ?? this.#prepare(sql);
  }

  /** Lets all of them go; they come back when they are asked for. */
  clear(): void {
    this.#kept.clear();
  }

  #prepare(sql: string): SqliteStatement {
    if (!ALLOWED.test(sql)) throw new StatementRefusedError('a transaction reads and writes rows only', sql);
    const statement = this.#db.prepare(sql);
    if (this.#kept.size >= STATEMENTS_KEPT) this.#kept.delete(this.#kept.keys().next().value!);
    this.#kept.set(sql, statement);
    return statement;
  }
}

/** The view of one transaction over one connection. Every answer is there before the promise is returned. */
export class SqliteView implements Tx {
  readonly #statements: Statements;
  readonly #mayChange: boolean;
  #over = false;

  constructor(statements: Statements, mayChange: boolean) {
    this.#statements = statements;
    this.#mayChange = mayChange;
  }

  async one<T>(sql: string, ...values: SqlValue[]): Promise<T | undefined> {
    return this.#statement(sql, true).get(...values) as T | undefined;
  }

  async all<T>(sql: string, ...values: SqlValue[]): Promise<T[]> {
    return this.#statement(sql, true).all(...values) as T[];
  }

  async run(sql: string, ...values: SqlValue[]): Promise<{ changes: number; lastId: number }> {
    const { changes, lastInsertRowid } = this.#statement(sql, false).run(...values);
    return { changes, lastId: Number(lastInsertRowid) };
  }

  /** From now on every use is an error: a function that went on after its transaction finds no open door. */
  end(): void {
    this.#over = true;
  }

  #statement(sql: string, givesRows: boolean): SqliteStatement {
    if (this.#over) throw new TransactionOverError();
    const statement = this.#statements.get(sql);
    if (!this.#mayChange && !statement.readonly) throw new StatementRefusedError('this transaction only reads', sql);
    if (statement.reader !== givesRows)
      throw new StatementRefusedError(givesRows ? 'it gives no rows, use run' : 'it gives rows, use one or all', sql);
    return statement;
  }
}
