import { createServer, type Server } from 'node:net';
import { isDeepStrictEqual } from 'node:util';
import { checkInspection, type Inspection, type InspectionLimits } from '@sekisho/inspection';
import type { Clock, Log, MeterSnapshot } from '@sekisho/ports';
import type { SpoolReference } from '@sekisho/spool';
import type { SpoolId, TenantId } from '@sekisho/terms';
import { type FrameLink, frameLink } from '../links/frame-link.ts';
import type { CoreToScan, ScanResult, ScanToCore } from '../links/messages.ts';
import { notInspected } from '../message-path.ts';
import type { Feeder, Scanner, Work } from './feeder.ts';
import { isMeterSnapshot } from './is-meter-snapshot.ts';

export interface ScansPorts {
  readonly feeder: Feeder<SpoolReference>;
  readonly clock: Clock;
  readonly log: Log;
  /** Header fields that a tenant's rules ask for. */
  fieldsOf(tenant: TenantId): Promise<readonly string[]>;
  /** A message and what is known of it; every message that was offered comes here once. */
  inspected(work: Work<SpoolReference>, inspection: Inspection): void;
  /** Ends a scan process that takes too long. */
  kill(pid: number): void;
  /** Numbers of a scan process, in the right shape; `null` when it is gone. */
  metrics(pid: number, snapshot: MeterSnapshot | null): void;
}

/** Longest time that a scan process may have a frame of messages, unless limits grant one message half of more. */
export const SCAN_DEADLINE_MS = 120_000;
const WATCH_EVERY_MS = 5000;
/** How long a tenant's mail waits when its rules cannot be read. */
const REST_MS = 5000;

class ScanProcess implements Scanner<SpoolReference> {
  pid = 0;
  readonly link: FrameLink<CoreToScan, ScanToCore>;
  /** When each message was handed over, to find the process that hangs. */
  readonly since = new Map<SpoolId, number>();
  readonly #ports: ScansPorts;

  constructor(link: FrameLink<CoreToScan, ScanToCore>, ports: ScansPorts) {
    this.link = link;
    this.#ports = ports;
  }

  hand(batch: readonly Work<SpoolReference>[]): void {
    const now = this.#ports.clock.monotonic();
    for (const { spoolId } of batch) this.since.set(spoolId, now);
    for (const [tenant, works] of Map.groupBy(batch, (work) => work.tenant)) void this.#order(tenant, works);
  }

  /** A tenant whose rules cannot be read holds up its own mail alone. */
  async #order(tenant: TenantId, works: readonly Work<SpoolReference>[]): Promise<void> {
    const { feeder, log, fieldsOf } = this.#ports;
    try {
      const fields = await fieldsOf(tenant);
      this.link.send({ kind: 'scan', orders: works.map(({ reference }) => ({ reference, fields })) });
    } catch (error) {
      log.error('scan.not-handed-out', { tenant, messages: works.length, error: (error as Error).message });
      for (const { spoolId } of works) {
        this.since.delete(spoolId);
        const work = feeder.settle(this, spoolId);
        if (work) feeder.postpone(work, REST_MS);
      }
    }
  }
}

/** The scan processes, and what they are told. */
export interface Scans {
  readonly server: Server;
  /** Limits for messages that are handed out from now on, in processes that are there and those that come. */
  setLimits(limits: Partial<InspectionLimits>): void;
  close(): void;
}

/**
 * The scan processes as the core sees them: they come over a unix socket, get messages and answer. An answer is
 * untrusted: it counts only for a message that this process has, with its digest, in the right shape.
 */
export function openScans(socket: string, ports: ScansPorts): Scans {
  let limits: Partial<InspectionLimits> = {};
  const processes = new Set<ScanProcess>();
  const server = createServer((connection) => {
    const link = frameLink<CoreToScan, ScanToCore>(connection, (error) =>
      ports.log.warn('scan.line-ended', { error: error.message }),
    );
    const scan = new ScanProcess(link, ports);
    processes.add(scan);
    link.onMessage = (message) => take(scan, message, ports);
    link.send({ kind: 'limits', limits });
    ports.feeder.add(scan);
    void link.closed.then(() => {
      processes.delete(scan);
      ports.feeder.remove(scan);
      ports.metrics(scan.pid, null);
    });
  });
  server.listen(socket);
  const watch = setInterval(() => {
    for (const scan of processes) {
      const oldest = Math.min(...scan.since.values());
      if (ports.clock.monotonic() - oldest <= Math.max(SCAN_DEADLINE_MS, 2 * (limits.deadlineMs ?? 0))) continue;
      ports.log.error('scan.deadline', { child: scan.pid, messages: scan.since.size });
      ports.kill(scan.pid);
    }
  }, WATCH_EVERY_MS).unref();
  return {
    server,
    setLimits(next) {
      if (isDeepStrictEqual(next, limits)) return;
      limits = next;
      for (const scan of processes) scan.link.send({ kind: 'limits', limits });
    },
    close() {
      clearInterval(watch);
      for (const scan of processes) scan.link.close();
      server.close();
    },
  };
}

/** Whatever comes is looked at before it is used: this runs beside the writers, and nothing that it says may end them. */
function take(scan: ScanProcess, message: unknown, ports: ScansPorts): void {
  const { kind, pid, snapshot, results } = (message ?? {}) as Loose<ScanToCore>;
  if (kind === 'hello' && Number.isSafeInteger(pid)) scan.pid = pid as number;
  else if (kind === 'metrics' && isMeterSnapshot(snapshot)) ports.metrics(scan.pid, snapshot);
  else if (kind === 'inspected' && Array.isArray(results)) for (const result of results) settle(scan, result, ports);
  else distrust(scan, kind, 'another shape', ports);
}

function settle(scan: ScanProcess, result: unknown, ports: ScansPorts): void {
  const { spoolId, unreadable, sha256, inspection } = (result ?? {}) as Loose<ScanResult>;
  scan.since.delete(spoolId as SpoolId);
  const work = ports.feeder.settle(scan, spoolId as SpoolId);
  if (!work) return distrust(scan, spoolId, 'not asked', ports);
  if (unreadable !== undefined) {
    ports.log.error('intake.body-unreadable', { spoolId: work.spoolId, tenant: work.tenant, why: shown(unreadable) });
    return ports.feeder.retry(work);
  }
  const found = believed(sha256, inspection, work.reference);
  if (typeof found === 'string') distrust(scan, work.spoolId, found, ports);
  ports.inspected(work, typeof found === 'string' ? notInspected(found) : found);
}

/** What a scan process says about a message, or why it is not believed. */
function believed(sha256: unknown, inspection: unknown, reference: SpoolReference): Inspection | string {
  if (!(sha256 instanceof Uint8Array) || !reference.sha256.equals(sha256)) return 'another digest';
  try {
    return checkInspection(inspection);
  } catch (error) {
    return (error as Error).message;
  }
}

type Loose<T> = { readonly [Key in T extends T ? keyof T : never]?: unknown };

const shown = (value: unknown) => (typeof value === 'string' ? value.slice(0, 200) : typeof value);

/** A process that answers wrongly is heard no more, and ended. */
function distrust(scan: ScanProcess, about: unknown, why: string, ports: ScansPorts): void {
  ports.log.error('scan.answer-refused', { child: scan.pid, about: shown(about), why });
  ports.kill(scan.pid);
  scan.link.destroy();
}
