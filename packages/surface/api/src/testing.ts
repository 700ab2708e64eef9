/** The API over real databases in a folder of its own, without sockets, for tests. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as access from '@sekisho/access';
import * as archive from '@sekisho/archive';
import * as delivery from '@sekisho/delivery';
import * as holding from '@sekisho/holding';
import * as policy from '@sekisho/policy';
import { fakeClock, fakeRandom, keptLog } from '@sekisho/ports/testing';
import { changes, dispatchHere, Installation, openDataFolder, TenantStores } from '@sekisho/tenants';
import type { Decision, TenantId } from '@sekisho/terms';
import { testVault } from '@sekisho/vault/testing';
import { z } from 'zod';
import { API_BASE, createApi } from './create-api.ts';
import type { ApiServices, Control, StoredContent } from './services.ts';

const BY = { kind: 'operator', name: 'test' } as const;

const LET_GO = { disposition: { kind: 'deliver' } } as Decision;

/** Only the holding room's half of a release: what else it takes is `apps/server`'s. */
const release = changes(
  z.object({ id: z.string(), note: z.string().default(''), force: z.boolean().default(false) }),
  async (tx, question, context) =>
    (await holding.release(tx, { ...question, present: { decision: LET_GO, infected: false } }, context)).held,
);

const rooms = {
  access: access.commands,
  archive: archive.commands,
  delivery: delivery.commands,
  holding: holding.commands,
  policy: policy.commands,
  path: { release },
} as const;

const migrations = [access, policy, archive, holding, delivery].flatMap((room) => [...room.migrations]);

/** An answer of the API, read. */
export interface Answer<Body> {
  readonly status: number;
  readonly body: Body;
  readonly text: string;
  readonly headers: Headers;
}

/** The API with two tenants, `kumo` and `yama`, that have a domain each. */
export interface TestApi extends AsyncDisposable {
  readonly services: ApiServices;
  readonly kumo: TenantId;
  readonly yama: TenantId;
  readonly clock: ReturnType<typeof fakeClock>;
  readonly log: ReturnType<typeof keptLog>;
  /** What the core was told, in order. */
  readonly told: string[];
  /** Bodies by spool id; one that is not here cannot be opened. */
  readonly bodies: Map<string, Buffer>;
  /** Asks with a JSON body, or with a text of another type. */
  ask<Body = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Answer<Body>>;
}

/** Opens the API for a test: `await using api = await openTestApi()`. */
export async function openTestApi(control: Partial<Control> = {}): Promise<TestApi> {
  const folder = mkdtempSync(join(tmpdir(), 'sekisho-api-'));
  const [clock, log, told, bodies] = [fakeClock(), keptLog(), [] as string[], new Map<string, Buffer>()];
  const data = await openDataFolder(folder);
  const installation = await Installation.open({
    folder: data.installation,
    tenantsFolder: data.tenants,
    vault: testVault(),
    clock,
    log,
    random: fakeRandom('api'),
  });
  const stores = new TenantStores({ clock, log, migrations });
  const tenant = async (name: string) => {
    const { id } = await installation.createTenant({ name, displayName: name }, BY);
    await installation.addDomain(id, `${name}.example`, BY);
    stores.admit(await installation.admission(id));
    return id;
  };
  const [kumo, yama] = [await tenant('kumo'), await tenant('yama')];
  const services: ApiServices = {
    installation,
    dispatch: dispatchHere(stores, rooms),
    contents: {
      async *stream(_tenant, { spoolId }) {
        yield bodyOf(bodies, spoolId);
      },
      verify: async (_tenant, { spoolId }) => void bodyOf(bodies, spoolId),
    },
    control: {
      installationChanged: async () => void told.push('installation'),
      recipientsChanged: (id) => void told.push(`recipients ${id}`),
      rulesChanged: (id) => void told.push(`rules ${id}`),
      kick: (id) => void told.push(`kick ${id}`),
      processes: () => [{ name: 'core', pid: 1, state: 'ready', restarts: 0 }],
      backlog: () => ({ inspection: 0, writers: 0, owed: 0, oldestOwedMs: 0 }),
      rotateRootKey: async () => ({ file: '/etc/sekisho/root.key', formerKeys: 1 }),
      ...control,
    },
    clock,
    log,
  };
  const app = createApi(services);
  return {
    services,
    kumo,
    yama,
    clock,
    log,
    told,
    bodies,
    async ask<Body>(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
      const response = await app.request(API_BASE + path, {
        method,
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
        headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      });
      const text = await response.text();
      const isJson = response.headers.get('content-type')?.startsWith('application/json') ?? false;
      return {
        status: response.status,
        text,
        headers: response.headers,
        body: (isJson ? JSON.parse(text) : null) as Body,
      };
    },
    async [Symbol.asyncDispose]() {
      await stores.close();
      await installation.close();
      await data.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function bodyOf(bodies: ReadonlyMap<string, Buffer>, spoolId: StoredContent['spoolId']): Buffer {
  const body = bodies.get(spoolId);
  if (!body) throw new Error(`Cannot open "${spoolId}": the test has no such body`);
  return body;
}
