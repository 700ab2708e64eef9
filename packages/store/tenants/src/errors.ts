import { SekishoError } from '@sekisho/terms';

/** Nobody has admitted a tenant of this id here. */
export class TenantNotFoundError extends SekishoError {
  constructor(tenant: string) {
    super('tenant-not-found', `Cannot find a tenant "${tenant}" here: it was never admitted`, { detail: { tenant } });
  }
}

/** A command was not carried out because of how it was asked. */
export class Refused extends SekishoError {
  declare readonly id: 'no-such-room' | 'no-such-command' | 'bad-question' | 'bad-message' | 'too-late';

  constructor(id: Refused['id'], message: string, detail: Record<string, unknown> = {}) {
    super(id, message, { detail });
  }
}

/** A transaction waited for something else than its view. */
export class ForeignAwaitError extends SekishoError {
  constructor() {
    super(
      'foreign-await',
      'Cannot finish the transaction: its function awaited something else than its transaction, so it was rolled back',
    );
  }
}

/** A view was used when its transaction was over. */
export class TransactionOverError extends SekishoError {
  constructor() {
    super('transaction-over', 'Cannot use the view of a transaction: the transaction is over');
  }
}

/** A statement that a view does not run. */
export class StatementRefusedError extends SekishoError {
  constructor(why: string, sql: string) {
    super('statement-refused', `Cannot run "${sql.trim().slice(0, 80)}": ${why}`, { detail: { sql } });
  }
}

/** A store was written by a newer program. */
export class StoreNewerError extends SekishoError {
  constructor(what: string, found: string, known: string, writtenBy: string) {
    super('store-newer', `Cannot open ${what}: ${found}, this program knows ${known}: it needs Sekisho ${writtenBy}`, {
      detail: { what, found, known, needs: writtenBy },
    });
  }
}

/** A step that ran on a store is not the one of the same number in this program. */
export class MigrationChangedError extends SekishoError {
  constructor(what: string, room: string, version: number) {
    super(
      'migration-changed',
      `Cannot open ${what}: migration ${version} of room "${room}" ran there with another text than this program has`,
      { detail: { what, room, version } },
    );
  }
}

/** The list of migrations itself is wrong. */
export class MigrationListError extends SekishoError {
  constructor(room: string, found: number, expected: number) {
    super(
      'migration-list',
      `Cannot use the migrations of room "${room}": found version ${found} where ${expected} comes next`,
      { detail: { room, found, expected } },
    );
  }
}

/** A file cannot be opened with the key that belongs to it. */
export class StoreUnreadableError extends SekishoError {
  constructor(path: string, cause: unknown) {
    super('store-unreadable', `Cannot read database "${path}": it is damaged or its key is another one`, {
      detail: { path },
      cause,
    });
  }
}

/** Somebody else has the file open: only one connection may. */
export class StoreInUseError extends SekishoError {
  constructor(path: string, cause: unknown) {
    super('store-in-use', `Cannot open database "${path}": another connection holds it`, { detail: { path }, cause });
  }
}

/** A file that was there once is gone. */
export class StoreMissingError extends SekishoError {
  constructor(path: string) {
    super('store-missing', `Cannot open database "${path}": the file is gone and must come back from a backup`, {
      detail: { path },
    });
  }
}

/** A file holds the data of somebody else. */
export class StoreForeignError extends SekishoError {
  constructor(path: string, tenant: string, found: string) {
    super('store-foreign', `Cannot open database "${path}" for tenant "${tenant}": it belongs to "${found}"`, {
      detail: { path, tenant, found },
    });
  }
}

/** The volume has no room for what was to be written; nothing of it was. */
export class StoreFullError extends SekishoError {
  constructor(path: string, cause: unknown) {
    super('store-full', `Cannot write database "${path}": the disk is full`, { detail: { path }, cause });
  }
}

/** A write or sync has failed before, so this process changes the store no more. */
export class StoreReadOnlyError extends SekishoError {
  constructor(path: string, cause: unknown) {
    super('store-read-only', `Cannot change database "${path}": an earlier write or sync of it failed`, {
      detail: { path },
      cause,
    });
  }
}

/** The stores were closed. */
export class StoresClosedError extends SekishoError {
  constructor() {
    super('stores-closed', 'Cannot open a database: the stores were closed');
  }
}

/** The library brings a version of SQLite that may corrupt databases. */
export class SqliteTooOldError extends SekishoError {
  constructor(found: string, needed: string) {
    super('sqlite-too-old', `Cannot use SQLite ${found}: databases are safe from ${needed} on (and not in 3.52.0)`, {
      detail: { found, needed },
    });
  }
}

/** Another process works on the data folder. */
export class DataFolderInUseError extends SekishoError {
  constructor(folder: string, holder: string, cause: unknown) {
    super('data-folder-in-use', `Cannot open data folder "${folder}": ${holder} is using it`, {
      detail: { folder, holder },
      cause,
    });
  }
}

/** A folder that holds other things than our data. */
export class DataFolderForeignError extends SekishoError {
  constructor(folder: string, state: string) {
    super('data-folder-foreign', `Cannot open data folder "${folder}": ${state}`, { detail: { folder } });
  }
}

/** Something of the installation was named that does not exist. */
export class NotInInstallationError extends SekishoError {
  constructor(kind: string, name: string) {
    super('not-in-installation', `Cannot find ${kind} "${name}": there is none of that name`, {
      detail: { kind, name },
    });
  }
}

/** Something of the installation would exist twice. */
export class AlreadyInInstallationError extends SekishoError {
  constructor(kind: string, name: string, state: string) {
    super('already-in-installation', `Cannot add ${kind} "${name}": ${state}`, { detail: { kind, name } });
  }
}

/** A value of the installation has not the form that it needs. */
export class InstallationValueError extends SekishoError {
  constructor(kind: string, value: string, state: string) {
    super('installation-value', `Cannot use "${value}" as ${kind}: ${state}`, { detail: { kind, value } });
  }
}
