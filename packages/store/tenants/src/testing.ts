/** Real databases in a folder of their own, for the tests of rooms. */
import { mkdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fakeClock, fakeRandom, keptLog } from '@sekisho/ports/testing';
import type { TenantId } from '@sekisho/terms';
import type { Migration } from './migration.ts';
import type { StoreLimits } from './open-databases.ts';
import type { TenantAdmission } from './tenant-database.sqlite.ts';
import { TenantStores } from './tenant-stores.ts';

/** Stores with two admitted tenants. */
export interface TestStores {
  readonly stores: TenantStores;
  readonly tenant: TenantId;
  readonly other: TenantId;
  readonly folder: string;
  readonly clock: ReturnType<typeof fakeClock>;
  readonly log: ReturnType<typeof keptLog>;
  /** Closes the stores and opens the same files again, as after a stop. */
  reopen(migrations?: readonly Migration[]): Promise<TestStores>;
  /** Closes the stores and removes the files. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** A tenant's admission below a folder that is made for it; the keys follow from the name. */
export function testAdmission(root: string, name: string): TenantAdmission {
  const folder = join(root, name);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const random = fakeRandom(name);
  return {
    tenant: name as TenantId,
    folder,
    generation: 1,
    databaseKey: random.bytes(32),
    tenantKey: random.bytes(32),
  };
}

/** Opens stores for a test: `await using test = await openTestStores(migrations)`. */
export async function openTestStores(
  migrations: readonly Migration[],
  limits: Partial<StoreLimits> = {},
): Promise<TestStores> {
  const folder = await mkdtemp(join(tmpdir(), 'sekisho-tenants-'));
  return openIn(folder, migrations, limits);
}

function openIn(folder: string, migrations: readonly Migration[], limits: Partial<StoreLimits>): TestStores {
  const [clock, log] = [fakeClock(), keptLog()];
  const stores = new TenantStores({ clock, log, migrations, limits });
  const [one, two] = [testAdmission(folder, 'tenantone0'), testAdmission(folder, 'tenanttwo0')];
  stores.admit(one);
  stores.admit(two);
  return {
    stores,
    tenant: one.tenant,
    other: two.tenant,
    folder,
    clock,
    log,
    async reopen(next = migrations) {
      await stores.close();
      return openIn(folder, next, limits);
    },
    async [Symbol.asyncDispose]() {
      await stores.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
