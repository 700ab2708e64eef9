import { createHash } from 'node:crypto';
import type { SqliteConnection } from './binding.sqlite.ts';
import { MigrationChangedError, MigrationListError, StoreNewerError } from './errors.ts';
import type { Migration } from './migration.ts';
import { PROGRAM_VERSION } from './program-version.ts';

interface Ran {
  readonly room: string;
  readonly version: number;
  readonly digest: string;
  readonly program: string;
}

interface Step extends Migration {
  readonly digest: string;
}

/** The migrations of all rooms, checked once and brought to every database that opens. */
export class Migrations {
  readonly #steps: readonly Step[];
  readonly #known = new Map<string, Step[]>();

  constructor(migrations: readonly Migration[]) {
    this.#steps = migrations.map((step) => ({ ...step, digest: digestOf(step.sql) }));
    for (const step of this.#steps) {
      const steps = this.#known.get(step.room) ?? [];
      if (step.version !== steps.length + 1) throw new MigrationListError(step.room, step.version, steps.length + 1);
      this.#known.set(step.room, [...steps, step]);
    }
  }

  /**
   * Brings a database forward and returns the number of steps that ran. Each step is a transaction of its own with
   * its note, so a stop in between leaves a database from which the next start goes on.
   */
  apply(db: SqliteConnection, what: string, now: number): number {
    db.exec(
      `CREATE TABLE IF NOT EXISTS sekisho_migration (room TEXT NOT NULL, version INTEGER NOT NULL, digest TEXT NOT NULL,
       program TEXT NOT NULL, applied_at INTEGER NOT NULL, PRIMARY KEY (room, version)) WITHOUT ROWID`,
    );
    const ran = db.prepare('SELECT room, version, digest, program FROM sekisho_migration').all() as Ran[];
    for (const note of ran) this.#compare(note, what);
    if (ran.length === this.#steps.length) return 0;
    const done = new Set(ran.map((note) => `${note.room} ${note.version}`));
    const missing = this.#steps.filter((step) => !done.has(`${step.room} ${step.version}`));
    for (const step of missing) run(db, step, now);
    return missing.length;
  }

  #compare(note: Ran, what: string): void {
    const steps = this.#known.get(note.room) ?? [];
    const step = steps[note.version - 1];
    if (step === undefined) {
      const known = steps.length === 0 ? 'no such room' : `up to ${steps.length}`;
      throw new StoreNewerError(what, `room "${note.room}" is at version ${note.version}`, known, note.program);
    }
    if (step.digest !== note.digest) throw new MigrationChangedError(what, note.room, note.version);
  }
}

function run(db: SqliteConnection, step: Step, now: number): void {
  db.exec('BEGIN IMMEDIATE');
  try {
    db.exec(step.sql);
    db.prepare('INSERT INTO sekisho_migration (room, version, digest, program, applied_at) VALUES (?, ?, ?, ?, ?)').run(
      step.room,
      step.version,
      step.digest,
      PROGRAM_VERSION,
      now,
    );
    db.exec('COMMIT');
  } finally {
    if (db.inTransaction) db.exec('ROLLBACK');
  }
}

/** The text without its layout, so that re-indenting a released step changes nothing. */
const digestOf = (sql: string) => createHash('sha256').update(sql.replace(/\s+/g, ' ').trim()).digest('hex');
