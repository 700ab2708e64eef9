import { createServer, type Server } from 'node:net';
import { checkInspection, type Inspection } from '@sekisho/inspection';
import type { Clock, Log, MeterSnapshot } from '@sekisho/ports';
import type { SpoolReference } from '@sekisho/spool';
import type { TenantId } from '@sekisho/terms';
import { type FrameLink, frameLink } from '../links/frame-link.ts';
import type { CoreToScan, ScanResult, ScanToCore } from '../links/messages.ts';
import { notInspected } from '../message-path.ts';
import type { Feeder, Scanner, Work } from './feeder.ts';

export interface ScansPorts {
  readonly feeder: Feeder<SpoolReference>;
  readonly clock: Clock;
  readonly log: Log;
  /** Header fields that a tenant's rules ask for. */
  fieldsOf(tenant: TenantId): Promise<readonly string[]>;
  /** A message and what is known of it; every message that was offered comes here once. */
  inspected(work: Work<SpoolReference>, inspection: Inspection): void;
  /** A spooled body that a scan process could not open. */
  unreadable(work: Work<SpoolReference>, why: string): void;
  /** Ends a scan process that takes too long. */
  kill(pid: number): void;
  metrics(pid: number, snapshot: MeterSnapshot | null): void;
}

/** Longest time that a scan process may have a frame of messages, in milliseconds. */
export const SCAN_DEADLINE_MS = 120_000;
const WATCH_EVERY_MS = 5000;

class ScanProcess implements Scanner<SpoolReference> {
  pid = 0;
  readonly link: FrameLink<CoreToScan, ScanToCore>;
  /** When each message was handed over, to find the process that hangs. */
  readonly since = new Map<string, number>();
  readonly #ports: ScansPorts;

  constructor(link: FrameLink<CoreToScan, ScanToCore>, ports: ScansPorts) {
    this.link = link;
    this.#ports = ports;
  }

  hand(batch: readonly Work<SpoolReference>[]): void {
    const now = this.#ports.clock.monotonic();
    for (const { spoolId } of batch) this.since.set(spoolId, now);
    const orders = batch.map(async ({ reference, tenant }) => ({
      reference,
      fields: await this.#ports.fieldsOf(tenant),
    }));
    Promise.all(orders).then(
      (all) => this.link.send({ kind: 'scan', orders: all }),
      (error: Error) => {
        this.#ports.log.error('scan.not-handed-out', { error: error.message });
        this.link.close();
      },
    );
  }
}

/**
 * The scan processes as the core sees them: they come over a unix socket, get messages and answer. An answer is
 * untrusted: it counts only for a message that this process has, with its digest, in the right shape.
 */
export function openScans(socket: string, ports: ScansPorts): { readonly server: Server; close(): void } {
  const processes = new Set<ScanProcess>();
  const server = createServer((connection) => {
    const link = frameLink<CoreToScan, ScanToCore>(connection, (error) =>
      ports.log.warn('scan.line-ended', { error: error.message }),
    );
    const scan = new ScanProcess(link, ports);
    processes.add(scan);
    link.onMessage = (message) => take(scan, message, ports);
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
      if (ports.clock.monotonic() - oldest <= SCAN_DEADLINE_MS) continue;
      ports.log.error('scan.deadline', { child: scan.pid, messages: scan.since.size });
      ports.kill(scan.pid);
    }
  }, WATCH_EVERY_MS).unref();
  return {
    server,
    close() {
      clearInterval(watch);
      for (const scan of processes) scan.link.close();
      server.close();
    },
  };
}

function take(scan: ScanProcess, message: ScanToCore, ports: ScansPorts): void {
  if (message.kind === 'hello') scan.pid = message.pid;
  else if (message.kind === 'metrics') ports.metrics(scan.pid, message.snapshot);
  else for (const result of message.results) settle(scan, result, ports);
}

function settle(scan: ScanProcess, result: ScanResult, ports: ScansPorts): void {
  scan.since.delete(result.spoolId);
  const work = ports.feeder.settle(scan, result.spoolId);
  if (!work) {
    ports.log.error('scan.answer-refused', { child: scan.pid, spoolId: String(result.spoolId), why: 'not asked' });
    return;
  }
  if ('unreadable' in result) return ports.unreadable(work, String(result.unreadable));
  if (!Buffer.from(result.sha256).equals(work.reference.sha256)) return refuse(scan, work, 'another digest', ports);
  let inspection: Inspection;
  try {
    inspection = checkInspection(result.inspection);
  } catch (error) {
    return refuse(scan, work, (error as Error).message, ports);
  }
  ports.inspected(work, inspection);
}

/** A process that answers wrongly is not believed again; its message counts as not inspected. */
function refuse(scan: ScanProcess, work: Work<SpoolReference>, why: string, ports: ScansPorts): void {
  ports.log.error('scan.answer-refused', { child: scan.pid, spoolId: work.spoolId, why });
  ports.inspected(work, notInspected(why));
  ports.kill(scan.pid);
}
