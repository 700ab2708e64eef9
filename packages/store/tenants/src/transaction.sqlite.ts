import { atOnce } from './at-once.ts';
import type { SqliteConnection, SqliteStatement } from './binding.sqlite.ts';
import type { Durability } from './command.ts';
import type { Tx } from './tx.ts';
import { SqliteView, Statements } from './view.sqlite.ts';

/** One connection with its transactions. Whoever holds it lets one run after the other. */
export class SqliteStore {
  readonly db: SqliteConnection;
  readonly #statements: Statements;
  readonly #control: Readonly<Record<'begin' | 'commit' | 'rollback', SqliteStatement>>;
  #durability: Durability = 'full';

  constructor(db: SqliteConnection) {
    this.db = db;
    this.#statements = new Statements(db);
    this.#control = {
      begin: db.prepare('BEGIN IMMEDIATE'),
      commit: db.prepare('COMMIT'),
      rollback: db.prepare('ROLLBACK'),
    };
  }

  /** Runs a function that only looks. Nobody else is on the connection, so it needs no transaction of SQLite. */
  async read<A>(look: (tx: Tx) => Promise<A>): Promise<A> {
    const view = new SqliteView(this.#statements, false);
    try {
      return await atOnce(look(view));
    } finally {
      view.end();
    }
  }

  /** Runs a function in one transaction: all that it did is there afterwards, or nothing. */
  async transact<A>(durability: Durability, change: (tx: Tx) => Promise<A>): Promise<A> {
    this.#switchTo(durability);
    const view = new SqliteView(this.#statements, true);
    this.#control.begin.run();
    try {
      const answer = await atOnce(change(view));
      this.#control.commit.run();
      return answer;
    } finally {
      view.end();
      if (this.db.inTransaction) this.#control.rollback.run();
    }
  }

  /** Gives back the memory of pages and statements; they are read again when needed. */
  relax(): void {
    this.#statements.clear();
    this.db.pragma('shrink_memory');
  }

  /** Octets of the write-ahead log that are not yet folded into the file. */
  pendingLogOctets(): number {
    const { log, checkpointed } = this.#checkpoint('NOOP');
    return (log - checkpointed) * PAGE_OCTETS;
  }

  /** Folds the log into the file, in SQLite's own order of syncs. */
  foldLog(): void {
    this.#checkpoint('PASSIVE');
  }

  /** What SQLite finds wrong in the whole file; nothing when it is sound. Takes as long as reading all of it. */
  faults(): string[] {
    const rows = this.db.pragma('integrity_check') as { readonly integrity_check: string }[];
    return rows.map((row) => row.integrity_check).filter((fault) => fault !== 'ok');
  }

  close(): void {
    this.#statements.clear();
    this.db.close();
  }

  /** SQLite obeys this pragma while it compiles it, so a prepared one would do nothing when it runs. */
  #switchTo(durability: Durability): void {
    if (durability === this.#durability) return;
    this.db.exec(durability === 'full' ? 'PRAGMA synchronous=FULL' : 'PRAGMA synchronous=NORMAL');
    this.#durability = durability;
  }

  #checkpoint(kind: 'NOOP' | 'PASSIVE') {
    const [row] = this.db.pragma(`wal_checkpoint(${kind})`) as [{ log: number; checkpointed: number }];
    return row;
  }
}

const PAGE_OCTETS = 4096;
