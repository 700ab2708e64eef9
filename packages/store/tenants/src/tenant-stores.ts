import { type Clock, type Log, type Meter, openMeter } from '@sekisho/ports';
import type { TenantId } from '@sekisho/terms';
import type { Durability } from './command.ts';
import {
  StoreFullError,
  StoreReadOnlyError,
  StoresClosedError,
  StoreUnreadableError,
  TenantNotFoundError,
} from './errors.ts';
import { type TenantEvents, tenantEvents } from './events.ts';
import { Migrations } from './migrate.sqlite.ts';
import type { Migration } from './migration.ts';
import { isDamaged, isDiskFull, isUnreadable, isWriteFailure } from './open-sealed.sqlite.ts';
import { OpenDatabases, type StoreLimits, storeLimits } from './open-databases.ts';
import { databasePath, syncClosedLog, type TenantAdmission, type TenantDatabase } from './tenant-database.sqlite.ts';
import { Turns } from './turns.ts';
import type { Tx } from './tx.ts';

export interface TenantStoresOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly meter?: Meter;
  /** The migrations of all rooms. */
  readonly migrations: readonly Migration[];
  readonly limits?: Partial<StoreLimits>;
}

/** What a transaction knows of where it stands. */
export interface BatchState {
  readonly now: number;
  readonly batch: number;
  readonly durableBatch: number;
}

interface Tenant {
  readonly admission: TenantAdmission;
  lastBatch: number;
  durableBatch: number;
  failure: unknown;
}

/**
 * The databases of many tenants, one file each. Inside, everything runs one piece after the other and the tenants in
 * turn; a function given to `read` or `transact` awaits nothing but its view.
 */
export class TenantStores {
  readonly #clock: Clock;
  readonly #events: TenantEvents;
  readonly #turns = new Turns();
  readonly #tenants = new Map<TenantId, Tenant>();
  readonly #open: OpenDatabases;
  #closed = false;

  constructor(options: TenantStoresOptions) {
    this.#clock = options.clock;
    this.#events = tenantEvents(options.log, options.meter ?? openMeter());
    this.#open = new OpenDatabases({
      clock: options.clock,
      events: this.#events,
      migrations: new Migrations(options.migrations),
      limits: storeLimits(options.limits),
      isDirty: (tenant) => this.#isDirty(this.#find(tenant)),
    });
  }

  /** Lets a tenant be named here. Its file opens when somebody asks for it. */
  admit(admission: TenantAdmission): void {
    if (this.#tenants.has(admission.tenant)) return;
    this.#tenants.set(admission.tenant, { admission, lastBatch: 0, durableBatch: 0, failure: undefined });
  }

  /** Closes a tenant's file and forgets its keys. */
  async dismiss(tenant: TenantId): Promise<void> {
    await this.#turns.run(tenant, async () => {
      await this.#open.close(tenant);
      this.#tenants.delete(tenant);
    });
  }

  /** All who were admitted. */
  tenants(): TenantId[] {
    return [...this.#tenants.keys()];
  }

  /** What the keys of this tenant's bodies are wrapped under. */
  tenantKey(tenant: TenantId): Buffer {
    return this.#find(tenant).admission.tenantKey;
  }

  /** Runs a function that only looks. */
  read<A>(tenant: TenantId, look: (tx: Tx, state: BatchState) => Promise<A>): Promise<A> {
    return this.#piece(tenant, 'read', (database, one) =>
      database.store.read((tx) => look(tx, this.#state(one, database.lastBatch))),
    );
  }

  /** Runs a function in one transaction. Class `full` is on the disk when this resolves, `ingest` when its batch is. */
  transact<A>(tenant: TenantId, durability: Durability, change: (tx: Tx, state: BatchState) => Promise<A>): Promise<A> {
    return this.#piece(tenant, durability, async (database, one) => {
      if (one.failure !== undefined) throw new StoreReadOnlyError(database.path, one.failure);
      if (durability === 'full')
        return database.store.transact('full', (tx) => change(tx, this.#state(one, database.lastBatch)));
      const answer = await database.ingest((tx, batch) => change(tx, this.#state(one, batch)));
      one.lastBatch = database.lastBatch;
      return answer;
    });
  }

  /** Tenants with batches that a power cut could still take. */
  dirtyTenants(): TenantId[] {
    return [...this.#tenants].filter(([, one]) => this.#isDirty(one)).map(([tenant]) => tenant);
  }

  /** The last batch that survives a power cut; 0 until this process has synced the tenant once. */
  durableBatch(tenant: TenantId): number {
    return this.#find(tenant).durableBatch;
  }

  /**
   * Makes the batches committed so far durable, off this thread: first, by `syncBodies`, the bodies that their rows
   * name, then the log. What is committed while this runs waits for the next call, because its bodies may not be synced.
   */
  async syncDurable(tenant: TenantId, syncBodies: () => Promise<void> = async () => undefined): Promise<void> {
    const one = this.#find(tenant);
    const noted = one.lastBatch;
    if (noted <= one.durableBatch) return;
    if (one.failure !== undefined) throw new StoreReadOnlyError(databasePath(one.admission), one.failure);
    const started = this.#clock.monotonic();
    await syncBodies();
    try {
      await (this.#open.peek(tenant)?.syncLog() ?? syncClosedLog(one.admission));
    } catch (error) {
      throw this.#fail(one, error);
    }
    one.durableBatch = Math.max(one.durableBatch, noted);
    this.#events.synced((this.#clock.monotonic() - started) / 1000);
  }

  /** Folds a tenant's log into its file when it has grown; true when it did. */
  async checkpointWal(tenant: TenantId): Promise<boolean> {
    if (this.#open.peek(tenant) === undefined) return false;
    return this.#turns.run(tenant, async () => {
      const [database, one] = [this.#open.peek(tenant), this.#find(tenant)];
      if (database === undefined || one.failure !== undefined) return false;
      if (database.store.pendingLogOctets() <= this.#open.limits.logOctets) return false;
      return this.#guarded(one, async () => {
        database.store.foldLog();
        return true;
      });
    });
  }

  /** Closes the files that nobody has used for a while; returns how many. They open again when asked for. */
  async closeIdle(): Promise<number> {
    const idle = this.#open.idle();
    for (const tenant of idle)
      await this.#turns.run(tenant, async () => {
        if (this.#open.isIdle(tenant)) await this.#open.close(tenant);
      });
    return idle.length;
  }

  /** True when a write or sync of this tenant failed, so that it is only read until a new start. */
  isReadOnly(tenant: TenantId): boolean {
    return this.#find(tenant).failure !== undefined;
  }

  /** What SQLite finds wrong in a tenant's file; nothing when it is sound. Its other work waits meanwhile. */
  faults(tenant: TenantId): Promise<string[]> {
    return this.#piece(tenant, 'check', async (database) => database.store.faults());
  }

  /** Lets what waits finish, then closes every file. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.tenants().map((tenant) => this.#turns.run(tenant, () => this.#open.close(tenant))));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #piece<A>(tenant: TenantId, kind: string, work: (database: TenantDatabase, one: Tenant) => Promise<A>): Promise<A> {
    if (this.#closed) return Promise.reject(new StoresClosedError());
    return this.#turns.run(tenant, async () => {
      const one = this.#find(tenant);
      return this.#guarded(one, async () => {
        const database = await this.#open.get(one.admission);
        one.lastBatch = database.lastBatch;
        const started = this.#clock.monotonic();
        const answer = await work(database, one);
        this.#events.transacted(kind, (this.#clock.monotonic() - started) / 1000);
        return answer;
      });
    });
  }

  async #guarded<A>(one: Tenant, work: () => Promise<A>): Promise<A> {
    try {
      return await work();
    } catch (error) {
      if (isDiskFull(error)) throw new StoreFullError(databasePath(one.admission), error);
      if (isWriteFailure(error)) throw this.#fail(one, error);
      if (isDamaged(error)) this.#fail(one, error);
      if (!isUnreadable(error)) throw error;
      this.#events.unreadable(one.admission.tenant, error);
      throw new StoreUnreadableError(databasePath(one.admission), error);
    }
  }

  #fail(one: Tenant, error: unknown): StoreReadOnlyError {
    one.failure ??= error;
    this.#events.becameReadOnly(one.admission.tenant, error);
    return new StoreReadOnlyError(databasePath(one.admission), error);
  }

  #find(tenant: TenantId): Tenant {
    const one = this.#tenants.get(tenant);
    if (one === undefined) throw new TenantNotFoundError(tenant);
    return one;
  }

  #isDirty(one: Tenant): boolean {
    return one.lastBatch > one.durableBatch;
  }

  #state(one: Tenant, batch: number): BatchState {
    return { now: this.#clock.now(), batch, durableBatch: one.durableBatch };
  }
}
