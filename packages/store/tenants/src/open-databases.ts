import type { Clock } from '@sekisho/ports';
import type { TenantId } from '@sekisho/terms';
import type { TenantEvents } from './events.ts';
import type { Migrations } from './migrate.sqlite.ts';
import { type TenantAdmission, TenantDatabase } from './tenant-database.sqlite.ts';

/** What open databases may take. */
export interface StoreLimits {
  /** Database files open at once; each takes three descriptors and some 160 KiB. */
  readonly openDatabases: number;
  /** How many of these, the last used ones, keep pages and statements in memory. */
  readonly warmDatabases: number;
  /** Pages in memory for each, in KiB. */
  readonly cacheKib: number;
  /** A file that nobody has asked for so long is closed by `closeIdle`. */
  readonly idleMs: number;
  /** The write-ahead log is folded into the file when it holds more octets than this. */
  readonly logOctets: number;
}

/** The limits given, and the usual ones for the rest. */
export function storeLimits(given: Partial<StoreLimits> = {}): StoreLimits {
  const usual = { openDatabases: 1000, warmDatabases: 64, cacheKib: 1024, idleMs: 60_000, logOctets: 32 * 1024 * 1024 };
  return { ...usual, ...given };
}

interface Options {
  readonly clock: Clock;
  readonly events: TenantEvents;
  readonly migrations: Migrations;
  readonly limits: StoreLimits;
  readonly isDirty: (tenant: TenantId) => boolean;
}

/** The databases that are open, the last used last. Everything here happens in somebody's turn. */
export class OpenDatabases {
  readonly limits: StoreLimits;
  readonly #options: Options;
  readonly #open = new Map<TenantId, TenantDatabase>();
  readonly #warm = new Set<TenantId>();

  constructor(options: Options) {
    this.#options = options;
    this.limits = options.limits;
  }

  /** The open database of a tenant, if it is open. */
  peek(tenant: TenantId): TenantDatabase | undefined {
    return this.#open.get(tenant);
  }

  /** The database of a tenant, opened and brought forward when it was not open. */
  async get(admission: TenantAdmission): Promise<TenantDatabase> {
    const { tenant } = admission;
    let database = this.#open.get(tenant);
    if (database === undefined) {
      while (this.#open.size >= this.limits.openDatabases) if (!(await this.#closeOldest())) break;
      const { migrations, clock, events } = this.#options;
      database = new TenantDatabase(admission, migrations, this.limits.cacheKib, clock.now());
      events.opened(tenant, admission.generation, this.#open.size + 1);
    }
    this.#open.delete(tenant);
    this.#open.set(tenant, database);
    this.#keepWarm(tenant);
    database.usedAt = this.#options.clock.monotonic();
    return database;
  }

  /** Tenants whose files nobody has asked for lately and whose batches are all durable. */
  idle(): TenantId[] {
    return [...this.#open.keys()].filter((tenant) => this.isIdle(tenant));
  }

  isIdle(tenant: TenantId): boolean {
    const database = this.#open.get(tenant);
    if (database === undefined || database.syncs > 0 || this.#options.isDirty(tenant)) return false;
    return database.usedAt < this.#options.clock.monotonic() - this.limits.idleMs;
  }

  async close(tenant: TenantId): Promise<void> {
    const database = this.#open.get(tenant);
    if (database === undefined) return;
    this.#open.delete(tenant);
    this.#warm.delete(tenant);
    await database.close();
    this.#options.events.closed(tenant, this.#open.size);
  }

  #keepWarm(tenant: TenantId): void {
    this.#warm.delete(tenant);
    this.#warm.add(tenant);
    if (this.#warm.size <= this.limits.warmDatabases) return;
    const coldest = this.#warm.keys().next().value!;
    this.#warm.delete(coldest);
    this.#open.get(coldest)?.store.relax();
  }

  /** Closes the one unused for longest, preferring those whose batches are durable; none while all are being synced. */
  async #closeOldest(): Promise<boolean> {
    const unpinned = this.#open.entries().filter(([, database]) => database.syncs === 0);
    let oldest: TenantId | undefined;
    for (const [tenant] of unpinned) {
      oldest ??= tenant;
      if (this.#options.isDirty(tenant)) continue;
      oldest = tenant;
      break;
    }
    if (oldest === undefined) return false;
    await this.close(oldest);
    return true;
  }
}
