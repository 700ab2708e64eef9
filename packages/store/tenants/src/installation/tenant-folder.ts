import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Random } from '@sekisho/ports';
import { parseTenantId, type TenantId } from '@sekisho/terms';
import { deriveKey } from '@sekisho/vault';
import { Migrations } from '../migrate.sqlite.ts';
import { syncFolder, type TenantAdmission, TenantDatabase } from '../tenant-database.sqlite.ts';

const DIGITS = '0123456789abcdefghijklmnopqrstuvwxyz';
const ID_LENGTH = 16;

/** A new id: sixteen random letters and digits (82 bits), saying nothing of the tenant. */
export function newTenantId(random: Random): TenantId {
  let id = '';
  while (id.length < ID_LENGTH)
    for (const octet of random.bytes(ID_LENGTH)) if (octet < 252 && id.length < ID_LENGTH) id += DIGITS[octet % 36];
  return parseTenantId(id)!;
}

/** Where a tenant's data lies under the folder of all tenants, and the keys that open it. */
export function admissionOf(root: string, tenant: TenantId, generation: number, tenantKey: Buffer): TenantAdmission {
  const databaseKey = deriveKey(tenantKey, `sekisho tenant database ${generation}`, 32);
  return { tenant, folder: join(root, tenant), generation, databaseKey, tenantKey, mustExist: true };
}

/** Makes a new tenant's folder with an empty database in it, durably: from now on its absence is a loss. */
export async function makeTenantFolder(admission: TenantAdmission, now: number): Promise<void> {
  const { folder } = admission;
  await mkdir(folder, { mode: 0o700 });
  const database = new TenantDatabase({ ...admission, mustExist: false }, new Migrations([]), 64, now);
  await database.close();
  await syncFolder(folder);
  await syncFolder(dirname(folder));
}

/** Removes the folder of a tenant that did not come to be. */
export async function removeTenantFolder(admission: TenantAdmission): Promise<void> {
  await rm(admission.folder, { recursive: true, force: true });
}
