import type { TenantId } from '@sekisho/terms';
import { deriveKey, openBody, sealBody } from '@sekisho/vault';
import { AlreadyInInstallationError, InstallationValueError, NotInInstallationError } from '../errors.ts';
import type { ReadTx, Tx } from '../tx.ts';
import { theDomain } from './domains.ts';

/** Signing algorithms of DKIM (RFC 6376, RFC 8463). */
export type DkimAlgorithm = 'rsa-sha256' | 'ed25519-sha256';

/** A signing key of a domain, without its secret. */
export interface DkimKey {
  readonly domain: string;
  readonly selector: string;
  readonly algorithm: DkimAlgorithm;
  /** As given: what the DNS record is made of. */
  readonly publicKey: Buffer;
  /** True for the one key of the domain that signs; another may be in DNS already and wait. */
  readonly signs: boolean;
  readonly createdAt: number;
}

/** A signing key that is to be kept; `privateKey` in whatever form the signer wants it back. */
export interface NewDkimKey {
  readonly domain: string;
  readonly selector: string;
  readonly algorithm: DkimAlgorithm;
  readonly publicKey: Buffer;
  readonly privateKey: Buffer;
}

const SELECTOR = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/;

const sealingKey = (tenantKey: Buffer) => deriveKey(tenantKey, 'sekisho dkim keys 1', 32);
const aad = (tenant: TenantId, domain: string, selector: string) =>
  Buffer.from(`sekisho dkim key 1\0${tenant}\0${domain}\0${selector}`);

/** Keeps a key, its secret sealed under the tenant's key; the first key of a domain signs at once. */
export async function addDkimKey(
  tx: Tx,
  tenant: TenantId,
  tenantKey: Buffer,
  key: NewDkimKey,
  now: number,
): Promise<DkimKey> {
  const { domain, selector, algorithm, publicKey } = key;
  await theDomain(tx, tenant, domain);
  if (!SELECTOR.test(selector))
    throw new InstallationValueError('a selector', selector, 'lower-case letters, digits, hyphens and dots');
  const known = await listDkimKeys(tx, tenant, domain);
  if (known.some((other) => other.selector === selector))
    throw new AlreadyInInstallationError('DKIM key', `${selector}._domainkey.${domain}`, 'the selector is in use');
  const signs = !known.some((other) => other.signs);
  const sealed = sealBody(sealingKey(tenantKey), aad(tenant, domain, selector), key.privateKey);
  await tx.run(
    `INSERT INTO dkim_key (domain, selector, tenant, algorithm, public_key, sealed_private_key, signs, created_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    domain,
    selector,
    tenant,
    algorithm,
    publicKey,
    sealed,
    signs ? 1 : 0,
    now,
  );
  return { domain, selector, algorithm, publicKey, signs, createdAt: now };
}

/** The keys of a domain of this tenant, the newest first. */
export async function listDkimKeys(tx: ReadTx, tenant: TenantId, domain: string): Promise<DkimKey[]> {
  const rows = await tx.all<DkimKey & { readonly signs: unknown }>(
    `SELECT domain, selector, algorithm, public_key AS "publicKey", signs, created_at AS "createdAt"
     FROM dkim_key WHERE tenant = ? AND domain = ? ORDER BY created_at DESC, selector`,
    tenant,
    domain,
  );
  return rows.map((row) => ({ ...row, signs: Boolean(row.signs) }));
}

/** Lets another key of the domain sign from now on. */
export async function signWith(tx: Tx, tenant: TenantId, domain: string, selector: string): Promise<void> {
  await sealedKeyOf(tx, tenant, domain, selector);
  const sql = 'UPDATE dkim_key SET signs = CASE WHEN selector = ? THEN 1 ELSE 0 END WHERE tenant = ? AND domain = ?';
  await tx.run(sql, selector, tenant, domain);
}

/** The secret of a key, for the one who signs with it. */
export async function dkimPrivateKey(
  tx: ReadTx,
  tenant: TenantId,
  tenantKey: Buffer,
  domain: string,
  selector: string,
): Promise<Buffer> {
  const sealed = await sealedKeyOf(tx, tenant, domain, selector);
  return openBody(sealingKey(tenantKey), aad(tenant, domain, selector), sealed, 'a DKIM key');
}

async function sealedKeyOf(tx: ReadTx, tenant: TenantId, domain: string, selector: string): Promise<Buffer> {
  const sql = 'SELECT sealed_private_key AS sealed FROM dkim_key WHERE tenant = ? AND domain = ? AND selector = ?';
  const row = await tx.one<{ sealed: Buffer }>(sql, tenant, domain, selector);
  if (row === undefined) throw new NotInInstallationError('DKIM key', `${selector}._domainkey.${domain}`);
  return row.sealed;
}
