import { type ChildProcess, fork } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { basename, join } from 'node:path';
import { serialize } from 'node:v8';
import { effectiveSettings } from '@sekisho/config';
import { closedSegments, type Damage, dropSegment, listSegments, readSegment } from '@sekisho/spool';
import type { FrontSnapshot } from '@sekisho/tenants';
import type { SpoolId, TenantId } from '@sekisho/terms';
import { createRootKey, Vault } from '@sekisho/vault';
import { frameReader } from '../../apps/server/src/links/frame-link.ts';
import type { CoreToFront, FrontHello } from '../../apps/server/src/links/messages.ts';
import type { FrontBoot } from '../../apps/server/src/processes/settings.ts';
import { until } from './bench.ts';
import { cpuOfTree, endWithUs } from './processes.ts';
import { freePorts } from './scratch.ts';

const ENTRY = new URL('../../apps/server/src/processes/front.ts', import.meta.url).pathname;
const TENANT = 'benchtenant000' as TenantId;
const MEBI = 1024 * 1024;
const SPARE_SEGMENTS = 2;

/** The front process as the supervisor starts it, with a core that only listens: nothing runs behind the 250. */
export interface FrontAlone {
  readonly port: number;
  /** CPU seconds of the process so far. */
  cpuSeconds(): number;
  /**
   * Reads every record that came since the last call, key by key and body by body, and counts those whose body has at
   * least so many octets. Segments that are full are dropped, as the core would, and serve again.
   */
  takeStock(leastOctets: number): Promise<number>;
  stop(): Promise<void>;
}

/** Starts the front on a folder of its own, serving one tenant with the domain `bench.test`; it loads `preload` first. */
export async function startFrontAlone(folder: string, preload: string | null): Promise<FrontAlone> {
  const vault = new Vault(createRootKey(join(folder, 'root.key')));
  const spoolFolder = join(folder, 'spool');
  mkdirSync(spoolFolder, { recursive: true });
  const core = await openListener(join(folder, 'front.sock'));
  const [port] = (await freePorts(1)) as [number];
  const boot: FrontBoot = {
    hostName: 'mx.sekisho.test',
    log: { level: 'warn', pretty: true, linesPerSecond: 100 },
    front: 0,
    socket: join(folder, 'front.sock'),
    spoolFolder,
    spoolPublicKey: vault.spoolPublicKey,
    segmentOctets: 64 * MEBI,
    reserveOctets: 256 * MEBI,
    listeners: [{ name: 'smtp', host: '127.0.0.1', port }],
    tls: null,
    identity: null,
  };
  const child = await startProcess(boot, preload);
  endWithUs(child);
  const seen = new Set<SpoolId>();
  return {
    port,
    cpuSeconds: () => cpuOfTree(child.pid!),
    takeStock: async (leastOctets) => {
      const live = await core.liveSegments();
      const segments = await listSegments(spoolFolder);
      let found = 0;
      for (const { file } of segments) {
        for await (const { spoolId, sizeOctets } of readSegment(file, vault, complainOf)) {
          if (seen.has(spoolId)) continue;
          seen.add(spoolId);
          if (sizeOctets >= leastOctets) found += 1;
        }
      }
      for (const { file } of closedSegments(segments, live)) {
        await dropSegment(file, { spareSegments: SPARE_SEGMENTS });
        const prefix = basename(file).slice(0, 10);
        for (const id of seen) if (id.startsWith(prefix)) seen.delete(id);
      }
      await until(() => !readdirSync(spoolFolder).some((name) => name.endsWith('.tmp')), 'spare segments', 10_000);
      return found;
    },
    async stop() {
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.send({ kind: 'stop', deadlineMs: 5000 });
      await gone;
      core.close();
    },
  };
}

function complainOf(damage: Damage): void {
  throw new Error(`The spool has a damaged segment: ${JSON.stringify(damage)}`);
}

function startProcess(boot: FrontBoot, preload: string | null): Promise<ChildProcess> {
  const child = fork(ENTRY, [], {
    execArgv: ['--enable-source-maps'],
    serialization: 'advanced',
    env: { ...process.env, ...(preload ? { LD_PRELOAD: preload } : {}) },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`The front ended with ${code}`)));
    child.on('message', (message: { kind: string }) => message.kind === 'ready' && resolve(child));
    child.once('spawn', () => child.send(boot));
  });
}

/**
 * Plays the core towards the front: gives it a directory, notes which segments it writes to, and from then on takes its
 * hints without a look into them, so that the bench costs the server no processor.
 */
async function openListener(path: string) {
  let connection: Socket | null = null;
  let live: readonly string[] | null = null;
  const server = createServer((socket) => {
    connection = socket;
    const read = frameReader(
      (message) => {
        const { kind, openSegments } = message as FrontHello;
        if (kind !== 'hello') return;
        socket.write(frameOf({ kind: 'directory', isFirst: true, snapshot: directory() }));
        live = openSegments;
      },
      () => socket.destroy(),
    );
    socket.on('data', (chunk: Buffer) => {
      if (live === null) read(chunk);
    });
    socket.on('error', () => socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return {
    /** Ends the line, so that the front comes again and says which segments it writes to now. */
    async liveSegments(): Promise<readonly string[]> {
      live = null;
      connection?.destroy();
      await until(() => live !== null, 'the front says hello again', 5000);
      return live!;
    },
    close: () => void server.close(),
  };
}

function frameOf(message: CoreToFront): Buffer {
  const body = serialize(message);
  const head = Buffer.alloc(4);
  head.writeUInt32LE(body.length);
  return Buffer.concat([head, body]);
}

function directory(): FrontSnapshot {
  return {
    revision: 1,
    settings: effectiveSettings({ 'smtp.connections-per-address': 1000 }),
    tenants: { [TENANT]: { name: 'bench', suspended: false, settings: {} } },
    domains: {
      'bench.test': {
        tenant: TENANT,
        nextHop: null,
        tls: 'none',
        recipientMode: 'accept-all',
        inspectBeforeReply: false,
      },
    },
    trusted: [],
  };
}
