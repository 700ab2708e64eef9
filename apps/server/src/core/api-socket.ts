import { chmodSync, rmSync } from 'node:fs';
import type { Server } from 'node:http';
import { createAdaptorServer } from '@hono/node-server';
import { type ApiRooms, createApi } from '@sekisho/api';
import type { Dispatch } from '@sekisho/tenants';
import { apiContents } from './api-contents.ts';
import type { Core } from './core.ts';

/** Nobody but the owner may open what is made under this mask. */
const OWNER_ONLY = 0o177;

/** The operators' API on a unix socket: whoever may open the file may ask. */
export async function openApiSocket(core: Core): Promise<{ close(): void }> {
  const app = createApi({
    installation: core.installation,
    dispatch: core.dispatch as Dispatch<ApiRooms>,
    contents: apiContents(core.bodies),
    control: {
      installationChanged: () => core.installationChanged(),
      recipientsChanged: (tenant) => core.recipientsChanged(tenant),
      rulesChanged: (tenant) => core.rulesChanged(tenant),
      kick: (tenant) => core.kick(tenant),
      processes: () => core.processes,
      backlog: () => core.backlog(),
      rotateRootKey: () => core.rotateRootKey(),
    },
    clock: core.clock,
    log: core.log,
  });
  const server = createAdaptorServer({ fetch: app.fetch }) as Server;
  await listenPrivately(server, core.boot.apiSocket);
  return {
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** Listens on a unix socket that is never, not for a moment, open to others. */
async function listenPrivately(server: Server, path: string): Promise<void> {
  rmSync(path, { force: true });
  const listening = new Promise<void>((resolve, reject) => server.once('listening', resolve).once('error', reject));
  const before = process.umask(OWNER_ONLY);
  try {
    server.listen(path);
  } finally {
    process.umask(before);
  }
  await listening;
  chmodSync(path, 0o600);
}
