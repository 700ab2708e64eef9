import type { TenantId } from '@sekisho/terms';

/** What the installation asks of the root key. The vault of `store/vault` is one. */
export interface InstallationVault {
  /** Raw key of the installation's own database file. */
  installationDatabaseKey(): Buffer;
  /** A new random tenant key, and the form of it that may be stored. */
  newTenantKey(tenant: TenantId): { readonly key: Buffer; readonly wrapped: Buffer };
  /** Opens a stored tenant key; throws when it is another tenant's or of another root. */
  unwrapTenantKey(tenant: TenantId, wrapped: Buffer): Buffer;
  /** The stored form under this root, out of the one under the root before. */
  rewrapTenantKey(tenant: TenantId, wrapped: Buffer, before: InstallationVault): Buffer;
}
