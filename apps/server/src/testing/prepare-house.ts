import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { parseRecipientCsv } from '@sekisho/access';
import { openLog, systemClock } from '@sekisho/ports';
import { dispatchHere, Installation, openDataFolder, TenantStores } from '@sekisho/tenants';
import type { TenantId } from '@sekisho/terms';
import { createRootKey, Vault } from '@sekisho/vault';
import { migrations, rooms } from '../rooms.ts';
import type { HousePlan, TenantPlan } from './house-plan.ts';

const BY = { kind: 'operator', name: 'preparation' } as const;
const clock = systemClock();
const log = openLog({ process: 'preparation', level: 'warn', pretty: true, linesPerSecond: 100 });

/** Where a prepared house is and will listen. */
export interface Prepared {
  readonly configFile: string;
  readonly root: Buffer;
  readonly ports: Ports;
  readonly tenants: Readonly<Record<string, TenantId>>;
}

export interface Ports {
  readonly smtp: number;
  readonly submission: number;
  readonly submissions: number;
  readonly http: number;
}

/** Makes the data folder, the root key, the configuration and the tenants of a house that is not running. */
export async function prepareHouse(folder: string, plan: HousePlan): Promise<Prepared> {
  mkdirSync(folder, { recursive: true });
  const root = createRootKey(join(folder, 'root.key'));
  const ports = await freePorts();
  const configFile = join(folder, 'sekisho.toml');
  writeFileSync(configFile, configOf(folder, plan, ports));
  const opened = await openInstallation(folder, root);
  const tenants: Record<string, TenantId> = {};
  for (const [name, tenant] of Object.entries(plan.tenants)) {
    tenants[name] = await settle(opened.installation, name, tenant);
  }
  for (const [name, value] of Object.entries(plan.settings ?? {})) {
    await opened.installation.setSetting(null, name, value, BY);
  }
  await opened.close();
  return { configFile, root, ports, tenants };
}

/** The installation of a house that is not running. */
export async function openInstallation(folder: string, root: Buffer) {
  const data = await openDataFolder(join(folder, 'data'));
  const installation = await Installation.open({
    folder: data.installation,
    tenantsFolder: data.tenants,
    vault: new Vault(root),
    clock,
    log,
  });
  return {
    installation,
    async close() {
      await installation.close();
      await data.close();
    },
  };
}

async function settle(installation: Installation, name: string, plan: TenantPlan): Promise<TenantId> {
  const { id } = await installation.createTenant({ name, displayName: name }, BY);
  const recipients: string[] = [];
  for (const [domain, { recipients: listed = [], ...route }] of Object.entries(plan.domains)) {
    await installation.addDomain(id, domain, BY);
    await installation.setRoute(id, domain, route, BY);
    recipients.push(...listed);
  }
  if (plan.elsewhere) await installation.setRoute(id, '*', plan.elsewhere, BY);
  for (const cidr of plan.trusted ?? []) await installation.addTrustedClient({ cidr, tenant: id }, BY);
  if (recipients.length > 0) await importRecipients(installation, id, recipients, Object.keys(plan.domains));
  return id;
}

async function importRecipients(
  installation: Installation,
  tenant: TenantId,
  recipients: readonly string[],
  domains: readonly string[],
): Promise<void> {
  const stores = new TenantStores({ clock, log, migrations });
  stores.admit(await installation.admission(tenant));
  const { rows } = parseRecipientCsv(Buffer.from(`${recipients.join('\n')}\n`));
  await dispatchHere(stores, rooms)(tenant, 'access', 'importRecipients', { rows, domains }, BY);
  await stores.close();
}

function configOf(folder: string, plan: HousePlan, ports: Ports): string {
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text, { mode: 0o600 });
    return JSON.stringify(`./${name}`);
  };
  const host = JSON.stringify(plan.listenOn ?? '127.0.0.1');
  const { tls, clamd } = plan;
  return [
    'data = "./data"',
    'hostname = "mx.sekisho.test"',
    'run_as = "root"',
    '[root_key]\nfile = "./root.key"',
    `[smtp]\nhost = ${host}\nport = ${ports.smtp}`,
    `[submission]\nhost = ${host}\nport = ${ports.submission}`,
    `[submissions]\nhost = ${host}\nport = ${ports.submissions}`,
    `[http]\nport = ${ports.http}`,
    ...(tls ? [`[tls]\ncertificate = ${file('tls.pem', tls.cert)}\nkey = ${file('tls.key', tls.key)}`] : []),
    clamd ? `[clamd]\nsocket = ${JSON.stringify(clamd.socket)}` : '[clamd]\ndisabled = true',
    `[dns]\nzones_file = ${file('zones.json', JSON.stringify(plan.zones ?? {}))}`,
    '[delivery]\nonly_loopback = true',
    `[processes]\nscan = ${plan.scanProcesses ?? 1}\nwriters = 1`,
    `[limits]\nsegment_mib = ${plan.segmentMib ?? 4}\nreserve_mib = 16`,
    `[log]\nlevel = "${plan.logLevel ?? 'info'}"`,
    '',
  ].join('\n');
}

/** Below the ports that the kernel gives to outgoing connections, so that none of them takes ours between two starts. */
const PORTS = { from: 20_000, count: 12_000 };

async function freePorts(): Promise<Ports> {
  const [smtp, submission, submissions, http] = [
    await freePort(),
    await freePort(),
    await freePort(),
    await freePort(),
  ];
  return { smtp, submission, submissions, http };
}

/** A port of loopback that was free a moment ago. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = PORTS.from + Math.floor(Math.random() * PORTS.count);
    const server = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true));
    });
    if (!isFree) continue;
    await new Promise((resolve) => server.close(resolve));
    return port;
  }
}
