import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Config } from '@sekisho/config';
import { type Log, openLog } from '@sekisho/ports';
import { openDataFolder } from '@sekisho/tenants';
import { SekishoError } from '@sekisho/terms';
import { createRootKey, readRootKeys, rotateRootKey, Vault } from '@sekisho/vault';
import type { CoreBoot, FrontBoot, ScanBoot } from '../processes/settings.ts';
import type { RootKeyKept, RootKeyRotated } from '../processes/supervisor-messages.ts';
import { Child, type ChildPlan } from './child.ts';
import { giveFolder, identityOf, whyRoot } from './identity.ts';

/** Heap of a scan process in MiB: hostile mail that wants more ends the process, not the machine. */
const SCAN_HEAP_MIB = 768;
const WATCH_LIMIT_MS = 60_000;

/** A running installation. */
export interface Serving {
  /** Resolves when every process has said that it is ready. */
  readonly ready: Promise<void>;
  /** Ends everything: connections drain, what got 250 is safe, at the latest after the configured time. */
  stop(): Promise<void>;
  /** The processes, for drills that kill them. */
  processes(): readonly { readonly name: string; readonly pid: number | null; readonly state: string }[];
}

/** Starts the process tree: supervisor (this process), core, front, scan processes. */
export async function serve(config: Config): Promise<Serving> {
  const log = openLog({ ...config.log, process: 'supervisor' });
  const isRoot = process.getuid?.() === 0;
  const identity = identityOf(config.runAs, isRoot);
  if (isRoot && !identity) log.warn('supervisor.stays-root', { why: whyRoot(config.runAs) });
  const folder = await openDataFolder(config.data, identity ?? undefined);
  let root = rootKeysOf(config, log);
  if (identity) giveFolder(config.data, identity);

  const socket = (name: string) => socketPath(config.data, name);
  const dns = {
    servers: config.dns.servers,
    zonesFile: config.dns.zonesFile,
    cacheEntries: config.dns.cache.entries,
    cacheTtlMs: config.dns.cache.ttlMs,
  };
  const common = { hostName: config.hostname, log: config.log };
  const coreBoot: CoreBoot = {
    ...common,
    dataFolder: config.data,
    root,
    frontSocket: socket('front.sock'),
    scanSocket: socket('scan.sock'),
    apiSocket: socket('api.sock'),
    http: config.listeners.http,
    smtp: config.listeners.smtp,
    dns,
    onlyLoopback: config.delivery.onlyLoopback,
    writers: config.processes.writers,
    stores: {
      openDatabases: config.limits.openDatabases,
      warmDatabases: config.limits.warmDatabases,
      cacheKib: config.limits.databaseCacheKib,
    },
    identity,
    antivirus: config.clamd ? 'clamd' : 'disabled',
  };
  const frontBoot: FrontBoot = {
    ...common,
    front: 0,
    socket: coreBoot.frontSocket,
    spoolFolder: join(config.data, 'spool'),
    spoolPublicKey: new Vault(root.current).spoolPublicKey,
    segmentOctets: config.limits.segmentOctets,
    reserveOctets: config.limits.reserveOctets,
    listeners: [
      { name: 'smtp', ...config.listeners.smtp },
      { name: 'submission', ...config.listeners.submission },
      ...(config.tls ? [{ name: 'submissions' as const, ...config.listeners.submissions }] : []),
    ],
    tls: config.tls ? { certificateFile: config.tls.certificate, keyFile: config.tls.key } : null,
    identity,
  };
  const scanBoot: ScanBoot = { ...common, socket: coreBoot.scanSocket, dns, clamd: config.clamd, identity };

  const entry = (name: string) => fileURLToPath(new URL(`../processes/${name}.ts`, import.meta.url));
  const env = environmentFor(config);
  const plans: ChildPlan[] = [
    { name: 'core', entry: entry('core'), boot: () => ({ ...coreBoot, root }), execArgv: [], env, nice: 0 },
    {
      name: 'front-0',
      entry: entry('front'),
      boot: () => ({ ...frontBoot, spoolPublicKey: new Vault(root.current).spoolPublicKey }),
      execArgv: [],
      env,
      nice: 0,
    },
    ...Array.from({ length: config.processes.scan }, (_, i) => ({
      name: `scan-${i}`,
      entry: entry('scan'),
      boot: () => scanBoot,
      execArgv: [`--max-old-space-size=${SCAN_HEAP_MIB}`],
      env,
      nice: 19,
    })),
  ];

  const { promise: ready, resolve: setReady, reject: setFailed } = Promise.withResolvers<void>();
  ready.catch(() => undefined);
  const watch = setTimeout(
    () => setFailed(new SekishoError('not-ready', 'Cannot start: for a minute no process became ready')),
    WATCH_LIMIT_MS,
  );
  let isStopping = false;
  const tellCore = () => {
    const list = children.map(({ name, pid, state, restarts }) => ({ name, pid, state, restarts }));
    children.find(({ name }) => name === 'core')?.send({ kind: 'processes', list });
    if (list.every(({ state }) => state === 'ready')) {
      clearTimeout(watch);
      setReady();
    }
  };
  const rotateRoot = (): RootKeyRotated | RootKeyKept => {
    try {
      const file = rootKeyFile(config);
      root = rotateRootKey(file);
      log.warn('root-key.rotated', { file, formerKeys: root.former.length });
      return { kind: 'root-key-rotated', file, keys: root };
    } catch (error) {
      const id = error instanceof SekishoError ? error.id : 'root-key';
      return { kind: 'root-key-kept', fault: { id, message: (error as Error).message } };
    }
  };
  const onMessage = (message: { kind: string; pid?: number }) => {
    if (message.kind === 'starting') watch.refresh();
    if (message.kind === 'rotate-root-key') children.find(({ name }) => name === 'core')?.send(rotateRoot());
    if (message.kind !== 'kill') return;
    children.find(({ name, pid }) => name.startsWith('scan-') && pid === message.pid)?.kill('SIGKILL');
  };
  const children: Child[] = plans.map((plan) => new Child(plan, log, onMessage, () => tellCore()));
  for (const child of children) child.start();

  return {
    ready,
    processes: () => children.map(({ name, pid, state }) => ({ name, pid, state })),
    async stop() {
      if (isStopping) return;
      isStopping = true;
      clearTimeout(watch);
      const deadline = Date.now() + config.limits.stopMs;
      const left = () => Math.max(500, deadline - Date.now());
      const named = (prefix: string) => children.filter(({ name }) => name.startsWith(prefix));
      await Promise.all(named('front-').map((child) => child.stop(left() / 2)));
      await Promise.all([...named('core'), ...named('scan-')].map((child) => child.stop(left())));
      await folder.close();
      log.info('supervisor.stopped');
    },
  };
}

/** What the processes see of the environment: not the root key, which only the core gets, over its line. */
export function environmentFor({ rootKey }: Pick<Config, 'rootKey'>): NodeJS.ProcessEnv {
  const env = { ...process.env };
  if ('env' in rootKey) delete env[rootKey.env];
  return env;
}

/** A unix socket's whole path has to fit into its address (`sun_path`), the final zero included. */
const SOCKET_PATH_OCTETS = 107;

function socketPath(data: string, name: string): string {
  const path = join(data, 'run', name);
  if (Buffer.byteLength(path) <= SOCKET_PATH_OCTETS) return path;
  throw new SekishoError(
    'data-path-too-long',
    `Cannot use data folder "${data}": the path of a socket in it is longer than ${SOCKET_PATH_OCTETS} octets`,
  );
}

/** The root keys; made at the first start, outside the data folder, and said aloud. */
function rootKeysOf(config: Config, log: Log) {
  const { rootKey, data } = config;
  if ('file' in rootKey) {
    const inside = relative(data, rootKey.file);
    if (!inside.startsWith('..')) {
      throw new SekishoError(
        'root-key-inside',
        `Cannot use root key "${rootKey.file}": it must lie outside the data folder "${data}", or a copy of one is a copy of both`,
      );
    }
    if (!existsSync(rootKey.file)) {
      mkdirSync(dirname(rootKey.file), { recursive: true });
      createRootKey(rootKey.file);
      log.warn('root-key.made', {
        file: rootKey.file,
        message:
          'Keep a copy of this file in a safe place: without it, all mail in the data folder is unreadable for ever',
      });
    }
  }
  return readRootKeys(rootKey);
}

/** The file that a rotation writes; a key in the environment is rotated by whoever puts it there. */
function rootKeyFile({ rootKey }: Config): string {
  if ('file' in rootKey) return rootKey.file;
  throw new SekishoError(
    'root-key-not-a-file',
    `Cannot rotate the root key in variable "${rootKey.env}": put a line with the new key above the present one and start again`,
  );
}
