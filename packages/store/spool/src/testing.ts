/** A spool on a temporary folder, and a disk that fails when told, for tests of this and other rooms. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { openMeter, systemClock, systemRandom } from '@sekisho/ports';
import { keptLog } from '@sekisho/ports/testing';
import type { Envelope, TenantId } from '@sekisho/terms';
import type { Vault } from '@sekisho/vault';
import { testVault } from '@sekisho/vault/testing';
import { diskFileOps, type FileOps } from './file-ops.ts';
import type { SpoolLimits } from './limits.ts';
import { SpoolWriter, type SpoolWriterOptions } from './writer.ts';

export { type CuttableFileOps, cuttableFileOps } from './power-cut.ts';

/** Small enough for quick tests, large enough for hundreds of small messages. */
export const TEST_SPOOL_LIMITS: Partial<SpoolLimits> = {
  segmentOctets: 256 * 1024,
  inlineBodyOctets: 64 * 1024,
  spareSegments: 1,
  reserveOctets: 0,
  fillChunkOctets: 64 * 1024,
};

export interface TestSpool extends AsyncDisposable {
  readonly folder: string;
  readonly vault: Vault;
  readonly writer: SpoolWriter;
  readonly log: ReturnType<typeof keptLog>;
}

/** A spool in a folder of its own, removed with the object. */
export async function openTestSpool(options: Partial<SpoolWriterOptions> = {}): Promise<TestSpool> {
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'sekisho-spool-')));
  const vault = testVault();
  const log = keptLog();
  const writer = await SpoolWriter.open({
    front: 0,
    spoolPublicKey: vault.spoolPublicKey,
    clock: systemClock(0),
    random: systemRandom,
    log,
    meter: openMeter(),
    ...options,
    folder,
    limits: { ...TEST_SPOOL_LIMITS, ...options.limits },
  });
  return {
    folder,
    vault,
    writer,
    log,
    async [Symbol.asyncDispose]() {
      await writer.close();
      if (options.folder === undefined) await rm(folder, { recursive: true, force: true });
    },
  };
}

/** An envelope as a gateway makes it. */
export function testEnvelope(change: Partial<Envelope> = {}): Envelope {
  return {
    tenant: 'tenant0000000a' as TenantId,
    direction: 'reception',
    reversePath: { localPart: 'taro', domain: 'example.com' },
    forwardPaths: [{ address: { localPart: 'hanako', domain: 'example.jp' } }],
    smtpUtf8: false,
    body: '8bitmime',
    dsn: {},
    client: { ip: '192.0.2.1', port: 50_000, ehlo: 'mx.example.com', protocol: 'ESMTP', listener: 'smtp' },
    receivedAt: Date.UTC(2026, 10, 20),
    ...change,
  };
}

type Operation = 'open' | 'write' | 'sync' | 'syncFolder' | 'rename' | 'unlink';

export interface FaultyFileOps extends FileOps {
  /** The next `times` operations of this kind fail with this error code. */
  fail(operation: Operation, code: string, times?: number): void;
  /** Holds all operations of this kind until the given function is called. */
  block(operation: Operation): () => void;
  /** Operations so far, each with the name under which its file was opened. */
  readonly done: readonly (readonly [operation: string, name: string])[];
}

/** The real disk, except for the failures it is told to have. */
export function faultyFileOps(): FaultyFileOps {
  const faults = new Map<Operation, { code: string; times: number }>();
  const blocks = new Map<Operation, Promise<void>>();
  const opened = new Map<number, string>();
  const done: [string, string][] = [];
  const step = async (operation: Operation, subject: string | number) => {
    await blocks.get(operation);
    done.push([operation, basename(typeof subject === 'number' ? opened.get(subject)! : subject)]);
    const fault = faults.get(operation);
    if (!fault || fault.times === 0) return;
    fault.times -= 1;
    throw Object.assign(new Error(`${fault.code}: made for a test, ${operation}`), { code: fault.code });
  };
  return {
    ...diskFileOps,
    done,
    fail: (operation, code, times = 1) => void faults.set(operation, { code, times }),
    block(operation) {
      const { promise, resolve } = Promise.withResolvers<void>();
      blocks.set(operation, promise);
      return () => {
        blocks.delete(operation);
        resolve();
      };
    },
    async open(path, flags) {
      await step('open', path);
      const fd = await diskFileOps.open(path, flags);
      opened.set(fd, path);
      return fd;
    },
    write: async (fd, buffers, at) => step('write', fd).then(() => diskFileOps.write(fd, buffers, at)),
    sync: async (fd) => step('sync', fd).then(() => diskFileOps.sync(fd)),
    syncFolder: async (folder) => step('syncFolder', folder).then(() => diskFileOps.syncFolder(folder)),
    rename: async (from, to) => step('rename', to).then(() => diskFileOps.rename(from, to)),
    unlink: async (path) => step('unlink', path).then(() => diskFileOps.unlink(path)),
  };
}
