import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openLog, systemClock } from '@sekisho/ports';
import { Installation, openDataFolder } from '@sekisho/tenants';
import type { Actor, TenantId } from '@sekisho/terms';
import { createRootKey, Vault } from '@sekisho/vault';

/** A tenant of a drill: one domain, every recipient accepted, everything sent on to the sink. */
export interface DrillTenant {
  readonly id: TenantId;
  readonly name: string;
  readonly domain: string;
}

/** A data folder with tenants, before the house was ever started on it. The root key lies outside it. */
export interface Prepared {
  readonly folder: string;
  readonly dataFolder: string;
  readonly rootKey: Buffer;
  readonly rootKeyFile: string;
  readonly tenants: readonly DrillTenant[];
}

export const SETUP: Actor = { kind: 'operator', name: 'drill' };

/** Log of the drill's own openings: what goes wrong, and nothing else. */
export const drillLog = () => openLog({ process: 'drill', level: 'error', pretty: true, linesPerSecond: 20 });

/** Opens the installation of a data folder; the house must not be running on it. */
export async function openInstallation(dataFolder: string, rootKey: Buffer) {
  const folder = await openDataFolder(dataFolder);
  const installation = await Installation.open({
    folder: folder.installation,
    tenantsFolder: folder.tenants,
    vault: new Vault(rootKey),
    clock: systemClock(),
    log: drillLog(),
  });
  const close = async () => {
    await installation.close();
    await folder.close();
  };
  return { installation, close, [Symbol.asyncDispose]: close };
}

/** Makes `folder/data` with `count` tenants whose mail goes on to `sinkPort`. */
export async function prepare(folder: string, count: number, sinkPort: number): Promise<Prepared> {
  mkdirSync(folder, { recursive: true });
  const rootKeyFile = join(folder, 'root.key');
  const rootKey = createRootKey(rootKeyFile);
  const dataFolder = join(folder, 'data');
  writeFileSync(join(folder, 'zones.json'), '{}');
  await using opened = await openInstallation(dataFolder, rootKey);
  const { installation } = opened;
  await installation.setSetting(null, 'smtp.connections-per-address', 500, SETUP);
  const tenants: DrillTenant[] = [];
  for (let at = 0; at < count; at++) {
    const [name, domain] = [`drill-${at}`, `t${at}.drill.test`];
    const { id } = await installation.createTenant({ name, displayName: `訓練 ${at}` }, SETUP);
    await installation.addDomain(id, domain, SETUP);
    const nextHop = [{ host: '127.0.0.1', port: sinkPort }];
    await installation.setRoute(id, domain, { nextHop, tls: 'none', recipientMode: 'accept-all' }, SETUP);
    tenants.push({ id, name, domain });
  }
  return { folder, dataFolder, rootKey, rootKeyFile, tenants };
}
