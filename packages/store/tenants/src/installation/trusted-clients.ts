import type { TenantId } from '@sekisho/terms';
import { AlreadyInInstallationError, InstallationValueError, NotInInstallationError } from '../errors.ts';
import type { ReadTx, Tx } from '../tx.ts';
import { theTenant } from './tenants.ts';

/**
 * Addresses from which a tenant's own mail comes. Where several tenants share them, the relay name tells them apart
 * (together with a sender domain that the tenant owns).
 */
export interface TrustedClient {
  readonly cidr: string;
  readonly tenant: TenantId;
  readonly relayName: string | null;
}

const RELAY_NAME = /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/;

export async function addTrustedClient(tx: Tx, client: TrustedClient, now: number): Promise<void> {
  const { cidr, tenant, relayName } = client;
  await theTenant(tx, tenant);
  if (relayName !== null && !RELAY_NAME.test(relayName))
    throw new InstallationValueError('a relay name', relayName, 'lower-case letters, digits, dots and hyphens');
  const sharing = await tx.all<TrustedClient>(
    'SELECT cidr, tenant, relay_name AS "relayName" FROM trusted_client WHERE cidr = ?',
    cidr,
  );
  if (sharing.some((other) => other.tenant === tenant))
    throw new AlreadyInInstallationError('trusted client', cidr, 'the tenant has it already');
  if (
    sharing.some((other) => other.relayName === null || other.relayName === relayName) ||
    (sharing.length > 0 && relayName === null)
  )
    throw new AlreadyInInstallationError(
      'trusted client',
      cidr,
      'another tenant has it, and each of them needs a relay name of its own',
    );
  await tx.run(
    'INSERT INTO trusted_client (cidr, tenant, relay_name, added_at) VALUES (?, ?, ?, ?)',
    cidr,
    tenant,
    relayName,
    now,
  );
}

export async function removeTrustedClient(tx: Tx, tenant: TenantId, cidr: string): Promise<void> {
  const { changes } = await tx.run('DELETE FROM trusted_client WHERE cidr = ? AND tenant = ?', cidr, tenant);
  if (changes === 0) throw new NotInInstallationError('trusted client', cidr);
}

/** All trusted clients, or those of one tenant. */
export async function listTrustedClients(tx: ReadTx, tenant: TenantId | null): Promise<TrustedClient[]> {
  const columns = 'cidr, tenant, relay_name AS "relayName"';
  return tenant === null
    ? tx.all<TrustedClient>(`SELECT ${columns} FROM trusted_client ORDER BY cidr, tenant`)
    : tx.all<TrustedClient>(`SELECT ${columns} FROM trusted_client WHERE tenant = ? ORDER BY cidr`, tenant);
}
