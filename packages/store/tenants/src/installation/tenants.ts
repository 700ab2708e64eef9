import type { TenantId } from '@sekisho/terms';
import { AlreadyInInstallationError, InstallationValueError, NotInInstallationError } from '../errors.ts';
import type { ReadTx, Tx } from '../tx.ts';

/** A tenant as the installation knows it. */
export interface Tenant {
  readonly id: TenantId;
  /** Short name for people and commands: lower-case letters, digits and hyphens. */
  readonly name: string;
  readonly displayName: string;
  /** Which of the tenant's database files holds. */
  readonly generation: number;
  readonly suspendedAt: number | null;
  readonly createdAt: number;
}

/** What a new tenant is called. */
export interface NewTenant {
  readonly name: string;
  readonly displayName: string;
}

const COLUMNS = `id, name, display_name AS "displayName", generation, suspended_at AS "suspendedAt",
  created_at AS "createdAt"`;
const SLUG = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** Checks the names of a new tenant. */
export function checkNames({ name, displayName }: NewTenant): NewTenant {
  if (!SLUG.test(name))
    throw new InstallationValueError('name of a tenant', name, 'lower-case letters, digits and hyphens, 63 at most');
  const shown = displayName.trim();
  if (shown === '' || shown.length > 200 || /\p{Cc}/u.test(shown))
    throw new InstallationValueError('display name of a tenant', displayName, '1 to 200 characters, none of control');
  return { name, displayName: shown };
}

export async function listTenants(tx: ReadTx): Promise<Tenant[]> {
  return tx.all<Tenant>(`SELECT ${COLUMNS} FROM tenant ORDER BY name`);
}

/** The tenant of an id or, as people say it, of a name. */
export async function findTenant(tx: ReadTx, idOrName: string): Promise<Tenant | null> {
  const sql = `SELECT ${COLUMNS} FROM tenant WHERE id = ? OR name = ? ORDER BY id = ? DESC`;
  return (await tx.one<Tenant>(sql, idOrName, idOrName, idOrName)) ?? null;
}

/** The tenant of an id; throws when there is none. */
export async function theTenant(tx: ReadTx, id: TenantId): Promise<Tenant> {
  const tenant = await tx.one<Tenant>(`SELECT ${COLUMNS} FROM tenant WHERE id = ?`, id);
  if (tenant === undefined) throw new NotInInstallationError('tenant', id);
  return tenant;
}

export async function refuseKnownName(tx: ReadTx, name: string): Promise<void> {
  if ((await findTenant(tx, name)) !== null)
    throw new AlreadyInInstallationError('tenant', name, 'there is one of that name');
}

export async function insertTenant(tx: Tx, tenant: Tenant, wrappedKey: Buffer): Promise<void> {
  await tx.run(
    `INSERT INTO tenant (id, name, display_name, generation, wrapped_key, created_at) VALUES (?, ?, ?, ?, ?, ?)`,
    tenant.id,
    tenant.name,
    tenant.displayName,
    tenant.generation,
    wrappedKey,
    tenant.createdAt,
  );
}

export async function wrappedKeyOf(tx: ReadTx, id: TenantId): Promise<Buffer> {
  const row = await tx.one<{ key: Buffer }>('SELECT wrapped_key AS key FROM tenant WHERE id = ?', id);
  if (row === undefined) throw new NotInInstallationError('tenant', id);
  return row.key;
}

/** Suspends a tenant from a time on, or (`null`) no more. */
export async function suspendTenant(tx: Tx, id: TenantId, since: number | null): Promise<Tenant> {
  const before = await theTenant(tx, id);
  if ((before.suspendedAt === null) === (since === null)) return before;
  await tx.run('UPDATE tenant SET suspended_at = ? WHERE id = ?', since, id);
  return { ...before, suspendedAt: since };
}
