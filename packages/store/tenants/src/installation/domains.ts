import type { TenantId } from '@sekisho/terms';
import { AlreadyInInstallationError, NotInInstallationError } from '../errors.ts';
import type { ReadTx, Tx } from '../tx.ts';
import { EVERYWHERE_ELSE, type Route } from './route.ts';
import { theTenant } from './tenants.ts';

/** A domain that belongs to one tenant. */
export interface Domain {
  readonly name: string;
  readonly tenant: TenantId;
  readonly addedAt: number;
}

/** A tenant's route for one domain, or for everywhere else (`*`). */
export interface DomainRoute {
  readonly tenant: TenantId;
  readonly domain: string;
  readonly route: Route;
}

export async function addDomain(tx: Tx, tenant: TenantId, name: string, now: number): Promise<void> {
  await theTenant(tx, tenant);
  const known = await tx.one<{ tenant: string }>('SELECT tenant FROM domain WHERE name = ?', name);
  if (known !== undefined) {
    const whose = known.tenant === tenant ? 'it is there already' : 'it belongs to another tenant';
    throw new AlreadyInInstallationError('domain', name, whose);
  }
  await tx.run('INSERT INTO domain (name, tenant, added_at) VALUES (?, ?, ?)', name, tenant, now);
}

/** Takes a domain from its tenant, with its route and its signing keys. */
export async function removeDomain(tx: Tx, tenant: TenantId, name: string): Promise<void> {
  await theDomain(tx, tenant, name);
  await tx.run('DELETE FROM route WHERE tenant = ? AND domain = ?', tenant, name);
  await tx.run('DELETE FROM dkim_key WHERE tenant = ? AND domain = ?', tenant, name);
  await tx.run('DELETE FROM domain WHERE tenant = ? AND name = ?', tenant, name);
}

/** All domains, or those of one tenant. */
export async function listDomains(tx: ReadTx, tenant: TenantId | null): Promise<Domain[]> {
  const columns = 'name, tenant, added_at AS "addedAt"';
  return tenant === null
    ? tx.all<Domain>(`SELECT ${columns} FROM domain ORDER BY name`)
    : tx.all<Domain>(`SELECT ${columns} FROM domain WHERE tenant = ? ORDER BY name`, tenant);
}

/** Throws when the domain is not this tenant's. */
export async function theDomain(tx: ReadTx, tenant: TenantId, name: string): Promise<void> {
  const found = await tx.one('SELECT name FROM domain WHERE name = ? AND tenant = ?', name, tenant);
  if (found === undefined) throw new NotInInstallationError('domain', name);
}

export async function setRoute(tx: Tx, tenant: TenantId, domain: string, route: Route, now: number): Promise<void> {
  if (domain === EVERYWHERE_ELSE) await theTenant(tx, tenant);
  else await theDomain(tx, tenant, domain);
  await tx.run(
    `INSERT INTO route (tenant, domain, route, set_at) VALUES (?, ?, ?, ?)
     ON CONFLICT (tenant, domain) DO UPDATE SET route = excluded.route, set_at = excluded.set_at`,
    tenant,
    domain,
    JSON.stringify(route),
    now,
  );
}

export async function removeRoute(tx: Tx, tenant: TenantId, domain: string): Promise<void> {
  const { changes } = await tx.run('DELETE FROM route WHERE tenant = ? AND domain = ?', tenant, domain);
  if (changes === 0) throw new NotInInstallationError('route', domain);
}

/** All routes, or those of one tenant. */
export async function listRoutes(tx: ReadTx, tenant: TenantId | null): Promise<DomainRoute[]> {
  const columns = 'tenant, domain, route';
  const rows =
    tenant === null
      ? await tx.all<RouteRow>(`SELECT ${columns} FROM route ORDER BY tenant, domain`)
      : await tx.all<RouteRow>(`SELECT ${columns} FROM route WHERE tenant = ? ORDER BY domain`, tenant);
  return rows.map((row) => ({ ...row, route: JSON.parse(row.route) as Route }));
}

interface RouteRow {
  readonly tenant: TenantId;
  readonly domain: string;
  readonly route: string;
}
