import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@sekisho/ports';
import { keptLog } from '@sekisho/ports/testing';
import { Installation } from '@sekisho/tenants';
import type { TenantId } from '@sekisho/terms';
import { testVault } from '@sekisho/vault/testing';

export const OPERATOR = { kind: 'operator', name: 'test' } as const;

/** A real installation with two tenants, in a folder of its own that is removed at the end. */
export interface TestInstallation extends AsyncDisposable {
  readonly installation: Installation;
  readonly aoba: TenantId;
  readonly midori: TenantId;
}

export async function openTestInstallation(): Promise<TestInstallation> {
  const root = mkdtempSync(join(tmpdir(), 'sekisho-installation-'));
  const [folder, tenantsFolder] = [join(root, 'installation'), join(root, 'tenants')];
  for (const one of [folder, tenantsFolder]) mkdirSync(one);
  const installation = await Installation.open({
    folder,
    tenantsFolder,
    vault: testVault(),
    clock: systemClock(),
    log: keptLog(),
  });
  const make = async (name: string) => (await installation.createTenant({ name, displayName: name }, OPERATOR)).id;
  return {
    installation,
    aoba: await make('aoba'),
    midori: await make('midori'),
    async [Symbol.asyncDispose]() {
      await installation.close();
      rmSync(root, { recursive: true });
    },
  };
}
