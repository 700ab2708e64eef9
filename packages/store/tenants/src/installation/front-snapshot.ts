import { effectiveSettings, type Settings } from '@sekisho/config';
import type { TenantId } from '@sekisho/terms';
import type { ReadTx } from '../tx.ts';
import { listDomains, listRoutes } from './domains.ts';
import type { Route } from './route.ts';
import { settingsOfAll } from './setting-history.ts';
import { listTenants } from './tenants.ts';
import { listTrustedClients, type TrustedClient } from './trusted-clients.ts';

/** A domain as the front meets it. */
export interface FrontDomain {
  readonly tenant: TenantId;
  /** `null` while no route is set: then the recipients of our list are known and nothing can be asked. */
  readonly nextHop: Route['nextHop'] | null;
  readonly tls: Route['tls'];
  readonly recipientMode: Route['recipientMode'];
  readonly inspectBeforeReply: boolean;
}

/** A tenant as the front meets it. */
export interface FrontTenant {
  readonly name: string;
  readonly suspended: boolean;
  readonly settings: Partial<Settings>;
}

/** All that the front knows of the installation: plain data without any secret. */
export interface FrontSnapshot {
  /** Grows with every change of the installation. */
  readonly revision: number;
  /** What holds where a tenant has no value of its own. */
  readonly settings: Settings;
  readonly tenants: Readonly<Record<TenantId, FrontTenant>>;
  readonly domains: Readonly<Record<string, FrontDomain>>;
  readonly trusted: readonly TrustedClient[];
}

/** A domain without a route knows only the recipients of our list: nothing is accepted by omission. */
const UNROUTED = { nextHop: null, tls: 'opportunistic', recipientMode: 'list', inspectBeforeReply: false } as const;

export async function revisionOf(tx: ReadTx): Promise<number> {
  return (await tx.one<{ value: number }>("SELECT value FROM installation_meta WHERE key = 'revision'"))!.value;
}

/** Gathers what the front needs, as one consistent picture. */
export async function snapshotForFront(tx: ReadTx): Promise<FrontSnapshot> {
  const values = await settingsOfAll(tx);
  const routes = new Map((await listRoutes(tx, null)).map((one) => [`${one.tenant} ${one.domain}`, one.route]));
  const tenants = (await listTenants(tx)).map(({ id, name, suspendedAt }): [string, FrontTenant] => [
    id,
    { name, suspended: suspendedAt !== null, settings: values.get(id) ?? {} },
  ]);
  const domains = (await listDomains(tx, null)).map(({ name, tenant }): [string, FrontDomain] => [
    name,
    { tenant, ...(routes.get(`${tenant} ${name}`) ?? UNROUTED) },
  ]);
  return {
    revision: await revisionOf(tx),
    settings: effectiveSettings(values.get('') ?? {}),
    tenants: Object.fromEntries(tenants),
    domains: Object.fromEntries(domains),
    trusted: await listTrustedClients(tx, null),
  };
}
