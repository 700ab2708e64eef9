import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ApiRooms, createApi } from '@sekisho/api';
import { openInspector } from '@sekisho/inspection';
import { zoneResolver } from '@sekisho/ports';
import { fakeClock, fakeRandom, keptLog, testMeter } from '@sekisho/ports/testing';
import { SpoolWriter } from '@sekisho/spool';
import { type Dispatch, dispatchHere, Installation, openDataFolder, TenantStores } from '@sekisho/tenants';
import type { Address, Envelope, SpoolId, TenantId } from '@sekisho/terms';
import { testVault } from '@sekisho/vault/testing';
import { apiContents } from '../core/api-contents.ts';
import { Bodies } from '../core/bodies.ts';
import { notInspected } from '../message-path.ts';
import { migrations, rooms, type TenantRooms } from '../rooms.ts';
import { TenantWriter } from '../writer/tenant-writer.ts';

const BY = { kind: 'operator', name: 'world' } as const;
const HOST = 'mx.sekisho.test';

/** What a message of a world is made of. */
export interface WorldMail {
  readonly tenant: TenantId;
  readonly to: Address;
  readonly raw: Buffer;
  /** Held because nobody could inspect it, instead of delivered. */
  readonly isHeld?: boolean;
}

/**
 * Tenants with everything that is theirs in one process: real installation, databases, packs and API, without sockets
 * and other processes. Time and chance repeat, so that two worlds with the same story are the same.
 */
export interface World extends AsyncDisposable {
  readonly installation: Installation;
  readonly stores: TenantStores;
  readonly dispatch: Dispatch<TenantRooms>;
  readonly bodies: Bodies;
  readonly api: ReturnType<typeof createApi>;
  readonly clock: ReturnType<typeof fakeClock>;
  /** Makes a tenant with a domain of its name. */
  tenant(name: string): Promise<TenantId>;
  /** Has a message accepted, inspected and taken by its tenant. */
  take(mail: WorldMail): Promise<SpoolId>;
}

/** Opens a world in a folder of its own, which is removed at the end. */
export async function openWorld(): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), 'sekisho-world-'));
  const [clock, log, random, vault] = [fakeClock(), keptLog(), fakeRandom('world'), testVault()];
  const data = await openDataFolder(join(folder, 'data'));
  const installation = await Installation.open({
    folder: data.installation,
    tenantsFolder: data.tenants,
    vault,
    clock,
    log,
    random: fakeRandom('tenants'),
  });
  const stores = new TenantStores({ clock, log, migrations });
  const writer = new TenantWriter({ stores, clock, log, random, hostName: HOST });
  const bodies = new Bodies((tenant) => installation.admission(tenant));
  const dispatch = dispatchHere(stores, rooms);
  const spool = await SpoolWriter.open({
    folder: data.spool,
    front: 0,
    spoolPublicKey: vault.spoolPublicKey,
    clock,
    random,
    log,
    meter: testMeter(),
    limits: { segmentOctets: 1024 * 1024, reserveOctets: 0 },
  });
  const inspector = openInspector({ resolver: zoneResolver({}), authservId: HOST, clamd: null, clock });
  const api = createApi({
    installation,
    dispatch: dispatch as Dispatch<ApiRooms>,
    contents: apiContents(bodies),
    control: {
      installationChanged: async () => undefined,
      recipientsChanged: () => undefined,
      rulesChanged: () => undefined,
      kick: () => undefined,
      processes: () => [{ name: 'core', pid: 1, state: 'ready', restarts: 0 }],
      backlog: () => ({ inspection: 0, writers: 0, owed: 0, oldestOwedMs: 0 }),
      rotateRootKey: () => Promise.reject(new Error('a world has no file for its root key')),
    },
    clock,
    log,
  });
  return {
    installation,
    stores,
    dispatch,
    bodies,
    api,
    clock,
    async tenant(name) {
      const { id } = await installation.createTenant({ name, displayName: name }, BY);
      await installation.addDomain(id, `${name}.test`, BY);
      writer.admit(await installation.admission(id));
      return id;
    },
    async take({ tenant, to, raw, isHeld = false }) {
      const envelope = envelopeTo(tenant, to, clock.now());
      const reference = await spool.append(envelope, [raw]);
      const inspection = isHeld ? notInspected('for the test') : await inspector.inspect(raw, envelope);
      await writer.ingest(tenant, [{ reference, inspection }]);
      await writer.checkpoint();
      return reference.spoolId;
    },
    async [Symbol.asyncDispose]() {
      await inspector.close();
      await spool.close();
      await writer.close();
      await installation.close();
      await data.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const envelopeTo = (tenant: TenantId, address: Address, receivedAt: number): Envelope => ({
  tenant,
  direction: 'submission',
  reversePath: { localPart: 'sender', domain: 'elsewhere.test' },
  forwardPaths: [{ address }],
  smtpUtf8: false,
  body: '8bitmime',
  dsn: {},
  client: { ip: '192.0.2.1', port: 40_000, ehlo: 'mail.elsewhere.test', protocol: 'ESMTP', listener: 'submission' },
  receivedAt,
});
