import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { commands as access, migrations, parseRecipientAddress } from '@sekisho/access';
import { type Clock, type Log, openLog, systemClock, type Zones } from '@sekisho/ports';
import { dispatchHere, Installation, openDataFolder, type RouteInput, TenantStores } from '@sekisho/tenants';
import type { Actor, TenantId } from '@sekisho/terms';
import { createRootKey, Vault } from '@sekisho/vault';
import type { ChosenPort } from './ports.ts';
import type { Place } from './place.ts';
import { AOBA, type DemoTenant, FAR_AWAY, HOST_NAME, MINATO, SELECTOR, TENANTS } from './world.ts';
import type { DemoKeys } from './zones.ts';

/** Ports of the servers that the demo plays: the tenants' own, and the rest of the Internet. */
export interface SinkPorts {
  readonly aoba: number;
  readonly minato: number;
  readonly internet: number;
}

export interface Preparation {
  readonly place: Place;
  readonly ports: readonly ChosenPort[];
  readonly sinks: SinkPorts;
  readonly keys: DemoKeys;
  readonly zones: Zones;
  /** Socket of clamd; `null` runs without antivirus. */
  readonly clamdSocket: string | null;
  /** Where a tenant's mail for everywhere else goes, by its name; the sink that plays the Internet when absent. */
  readonly elsewhere?: Readonly<Record<string, RouteInput>>;
}

interface Means {
  readonly clock: Clock;
  readonly log: Log;
}

const BY: Actor = { kind: 'operator', name: 'demo' };

/** Writes configuration, zones and root key, and sets up both tenants, before the house opens. */
export async function prepareHouse(preparation: Preparation): Promise<void> {
  const { place, zones } = preparation;
  mkdirSync(place.beside, { recursive: true, mode: 0o700 });
  writeFileSync(place.zonesFile, JSON.stringify(zones, null, 1));
  writeFileSync(place.configFile, configOf(preparation));
  const vault = new Vault(createRootKey(place.rootKeyFile));
  const clock = systemClock();
  const log = openLog({ process: 'demo', level: 'info', pretty: false, linesPerSecond: 100 }, (line) =>
    appendFileSync(place.logFile, line, { mode: 0o600 }),
  );
  await using folder = await openDataFolder(place.data);
  await using installation = await Installation.open({
    folder: folder.installation,
    tenantsFolder: folder.tenants,
    vault,
    clock,
    log,
  });
  for (const tenant of TENANTS) await setUp(installation, tenant, preparation, { clock, log });
}

async function setUp(
  installation: Installation,
  tenant: DemoTenant,
  { sinks, keys, elsewhere }: Preparation,
  means: Means,
): Promise<void> {
  const { name, displayName, domain, server, people } = tenant;
  const { id } = await installation.createTenant({ name, displayName }, BY);
  const toSink = (port: number): RouteInput => ({ nextHop: [{ host: '127.0.0.1', port }], tls: 'none' });
  await installation.addDomain(id, domain, BY);
  await installation.setRoute(id, '*', elsewhere?.[name] ?? toSink(sinks.internet), BY);
  await installation.addTrustedClient({ cidr: `${server}/32`, tenant: id }, BY);
  const { publicKey, privateKey } = keys.get(domain)!;
  const key = { domain, selector: SELECTOR, publicKey: Buffer.from(publicKey), privateKey: Buffer.from(privateKey) };
  await installation.addDkimKey(id, { ...key, algorithm: 'ed25519-sha256' }, BY);
  if (tenant === MINATO) {
    await installation.setRoute(
      id,
      domain,
      { ...toSink(sinks.minato), recipientMode: 'ask', inspectBeforeReply: true },
      BY,
    );
  }
  if (tenant === AOBA) {
    await installation.setRoute(id, domain, { ...toSink(sinks.aoba), recipientMode: 'list' }, BY);
    await installation.addDomain(id, FAR_AWAY.domain, BY);
    const far = { nextHop: [{ host: FAR_AWAY.server, port: 25 }], tls: 'none', recipientMode: 'accept-all' } as const;
    await installation.setRoute(id, FAR_AWAY.domain, far, BY);
    await importPeople(installation, id, people, domain, means);
  }
}

async function importPeople(
  installation: Installation,
  tenant: TenantId,
  people: DemoTenant['people'],
  domain: string,
  means: Means,
): Promise<void> {
  const stores = new TenantStores({ ...means, migrations });
  try {
    stores.admit(await installation.admission(tenant));
    const rows = people.map(({ name, address }, at) => {
      return { line: at + 1, address: parseRecipientAddress(address)!, display: name };
    });
    await dispatchHere(stores, { access })(tenant, 'access', 'importRecipients', { rows, domains: [domain] }, BY);
  } finally {
    await stores.close();
  }
}

function configOf({ place, ports, clamdSocket }: Preparation): string {
  const text = (value: string) => JSON.stringify(value);
  const listeners = ports.map(({ name, port }) => `[${name}]\nhost = "127.0.0.1"\nport = ${port}\n`);
  return [
    '# Written by the demo. Everything stays on this machine: zones instead of DNS, loopback instead of the Internet.',
    `data = ${text(place.data)}`,
    `hostname = ${text(HOST_NAME)}`,
    `[root_key]\nfile = ${text(place.rootKeyFile)}`,
    `[dns]\nzones_file = ${text(place.zonesFile)}`,
    '[delivery]\nonly_loopback = true',
    clamdSocket === null ? '[clamd]\ndisabled = true' : `[clamd]\nsocket = ${text(clamdSocket)}`,
    ...listeners,
  ].join('\n\n');
}
