import { rmSync } from 'node:fs';
import type { Settings } from '@sekisho/config';
import type { Inspection } from '@sekisho/inspection';
import type { Clock, Log, Meter, MeterSnapshot } from '@sekisho/ports';
import { listSegments, removeUnreferencedBodies, SegmentLedger, type SpoolReference } from '@sekisho/spool';
import type { SpoolId, TenantId } from '@sekisho/terms';
import type { Vault } from '@sekisho/vault';
import type { Keeping } from '../keeping.ts';
import { notInspected } from '../message-path.ts';
import { Arrivals, type ArrivalsLimits } from './arrivals.ts';
import { Checkpoints } from './checkpoints.ts';
import { FEEDER_LIMITS, Feeder, type Work } from './feeder.ts';
import { inspectionLimitsOf } from './inspection-limits.ts';
import { Intake } from './intake.ts';
import { LargeBodies } from './large-bodies.ts';
import { recoverSegment } from './recovery.ts';
import { openScans } from './scans.ts';
import { Segments } from './segments.ts';
import type { Writers } from './writers.ts';

const SPARE_SEGMENTS = 2;
/** A body without a record is from before a crash when it is older than any message can be on its way. */
const ORPHAN_AGE_MS = 24 * 3_600_000;

export interface SpoolPathPorts {
  readonly clock: Clock;
  readonly log: Log;
  readonly meter: Meter;
  readonly hostName: string;
  readonly spoolFolder: string;
  readonly scanSocket: string;
  vault(): Pick<Vault, 'openSegmentKey'>;
  readonly writers: Pick<Writers, 'count' | 'writerOf' | 'ingest' | 'recover' | 'checkpoint'>;
  isTenant(tenant: TenantId): boolean;
  /** How a tenant wants its mail kept, as of now. */
  keepingOf(tenant: TenantId): Keeping;
  /** Header fields that a tenant's rules ask for. */
  fieldsOf(tenant: TenantId): Promise<readonly string[]>;
  /** The tenant's database took mail. */
  committed(tenant: TenantId): void;
  /** Rows of the tenant cannot be lost any more. */
  durable(tenant: TenantId): void;
  /** Ends a scan process. */
  kill(pid: number): void;
  metrics(process: string, snapshot: MeterSnapshot | null): void;
  /** A segment was read, so many are left: the start takes its time. */
  progress(segmentsLeft: number): void;
}

/** The way of a message from the spool to its tenant's database: seen, inspected, taken in, durable, dropped. */
export class SpoolPath {
  readonly ledger = new SegmentLedger();
  readonly arrivals: Arrivals;
  readonly segments: Segments;
  readonly #ports: SpoolPathPorts;
  readonly #feeder: Feeder<SpoolReference>;
  readonly #scans: ReturnType<typeof openScans>;
  readonly #large: LargeBodies;
  readonly #intake: Intake;
  readonly #checkpoints: Checkpoints;
  /** Files of large bodies that records of the start refer to; `null` when nobody asks any more. */
  #bodyFiles: Set<string> | null = new Set();

  constructor(ports: SpoolPathPorts, limits?: ArrivalsLimits) {
    const { clock, log, meter, writers } = ports;
    const { ledger } = this;
    this.#ports = ports;
    this.#checkpoints = new Checkpoints({
      clock,
      log,
      ledger,
      spareSegments: SPARE_SEGMENTS,
      checkpoint: () => writers.checkpoint(),
      isBusy: () => this.isBusy,
      durable: ports.durable,
      dropped: (file) => {
        this.arrivals.forget(file);
        this.segments.forget(file);
      },
    });
    this.#intake = new Intake({
      log,
      meter,
      ledger,
      writers: writers.count,
      writerOf: (tenant) => writers.writerOf(tenant),
      ingest: (tenant, messages) => writers.ingest(tenant, messages, ports.keepingOf(tenant)),
      committed: (tenant, messages) => {
        this.#done(tenant, messages);
        this.#checkpoints.wanted();
        ports.committed(tenant);
      },
    });
    this.#large = new LargeBodies({
      log,
      hostName: ports.hostName,
      ready: (message) => {
        this.#intake.offer(message);
        this.#feeder.feed();
      },
      damaged: ({ tenant }) => this.#done(tenant, 1),
    });
    this.#feeder = new Feeder<SpoolReference>(clock, FEEDER_LIMITS, {
      poison: (work) => this.#poison(work),
      isHeld: (tenant) => this.#intake.isFull(tenant) || this.#large.isFull(tenant),
    });
    this.arrivals = new Arrivals(
      {
        ledger,
        feeder: this.#feeder,
        take: ({ reference, inspection }) => {
          if (reference.bodyKind === 'large') this.#large.offer(reference, inspection);
          else this.#intake.offer({ reference, inspection });
        },
        skipped: (file, tenant) => this.segments.skipped(file, tenant),
      },
      limits,
    );
    this.segments = new Segments({
      log,
      list: () => listSegments(ports.spoolFolder),
      read: (file) => this.#read(file),
      hasMuchRoom: (tenant) => this.arrivals.hasMuchRoom(tenant),
      complete: (file, isFailed) => {
        ledger.closed(file, isFailed);
        this.#checkpoints.wanted();
      },
    });
    rmSync(ports.scanSocket, { force: true });
    this.#scans = openScans(ports.scanSocket, {
      feeder: this.#feeder,
      clock,
      log,
      fieldsOf: ports.fieldsOf,
      inspected: (work, inspection) => this.#inspected(work, inspection),
      kill: ports.kill,
      metrics: (pid, snapshot) => ports.metrics(`scan-${pid}`, snapshot),
    });
  }

  /** Mail that is inspected from now on is looked at within the limits that these settings say. */
  obey(settings: Settings): void {
    this.#scans.setLimits(inspectionLimitsOf(settings));
    this.#feeder.setLimits({ longestWaitMs: settings['inspection.waiting-seconds'] * 1000 });
  }

  /** True while messages are on their way to a tenant's database. */
  get isBusy(): boolean {
    return !this.#intake.isIdle || !this.#feeder.isIdle || this.#large.backlog > 0;
  }

  /**
   * Compares what lies in the spool with the tenants' databases; resolves when all was read that can be taken now. What
   * was written by others than the fronts that there are takes no more records.
   */
  async start(fronts: ReadonlySet<number>): Promise<void> {
    const { clock, log, spoolFolder } = this.#ports;
    const started = clock.monotonic();
    const listed = await listSegments(spoolFolder);
    this.segments.found(
      listed,
      listed.filter(({ front }) => !fronts.has(front)),
    );
    await this.segments.read();
    log.info('recovery.done', {
      segments: listed.length,
      underWay: this.arrivals.underWay,
      tookMs: Math.round(clock.monotonic() - started),
    });
    await this.#removeOrphans();
    this.#checkpoints.wanted();
  }

  /** A checkpoint follows, soon or within the second. */
  wantDurable(): void {
    this.#checkpoints.wanted();
  }

  voided(spoolId: SpoolId): void {
    this.arrivals.voided(spoolId);
  }

  /** How much waits where. */
  backlog() {
    const oldestAt = this.ledger.oldestAt();
    return {
      inspection: this.#feeder.backlog,
      writers: this.#intake.backlog,
      owed: this.ledger.debt(),
      oldestOwedMs: oldestAt === null ? 0 : Math.max(0, this.#ports.clock.now() - oldestAt),
    };
  }

  /** Takes numbers of what waits. */
  measure(): void {
    const { meter } = this.#ports;
    const { inspection, writers, owed, oldestOwedMs } = this.backlog();
    const { unread, kept } = this.segments.counts;
    meter.gauge('sekisho_waiting_messages', inspection, { for: 'inspection' });
    meter.gauge('sekisho_waiting_messages', writers, { for: 'writer' });
    meter.gauge('sekisho_spool_debt_messages', owed);
    meter.gauge('sekisho_spool_oldest_debt_seconds', oldestOwedMs / 1000);
    meter.gauge('sekisho_spool_unread_segments', unread);
    meter.gauge('sekisho_spool_damaged_segments', kept);
    meter.gauge('sekisho_intake_waiting_tenants', this.#intake.pausedTenants);
  }

  /** What is inspected is taken in and made durable; the rest is safe where it lies. */
  async stop(deadlineMs: number): Promise<void> {
    const { clock } = this.#ports;
    const deadline = clock.monotonic() + deadlineMs;
    this.segments.stop();
    this.#scans.close();
    while (!this.#intake.isIdle && clock.monotonic() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    this.#checkpoints.stop();
    await this.#checkpoints.now();
  }

  async #read(file: string): Promise<{ readonly isDamaged: boolean }> {
    const { vault, log, writers, isTenant, progress } = this.#ports;
    const { isDamaged, bodyFiles } = await recoverSegment(file, {
      vault: vault(),
      ledger: this.ledger,
      log,
      isTenant,
      isNews: (reference) => this.arrivals.found(reference),
      recover: (tenant, references) => writers.recover(tenant, references),
      offer: (reference) => this.#feeder.offer(reference, reference),
      done: (tenant, messages) => this.#done(tenant, messages),
    });
    for (const body of bodyFiles) this.#bodyFiles?.add(body);
    progress(this.segments.counts.unread);
    return { isDamaged };
  }

  /** A crash between a large body and its record leaves a file that nobody owes; nothing is removed while in doubt. */
  async #removeOrphans(): Promise<void> {
    const referenced = this.#bodyFiles!;
    this.#bodyFiles = null;
    const { unread, kept, doubtful } = this.segments.counts;
    if (unread + kept + doubtful > 0) return;
    const { clock, log, spoolFolder } = this.#ports;
    const removed = await removeUnreferencedBodies(spoolFolder, referenced, clock.now() - ORPHAN_AGE_MS);
    if (removed.length > 0) log.warn('recovery.bodies-without-record-removed', { files: removed.length });
  }

  #poison(work: Work<SpoolReference>): void {
    const { spoolId, tenant, deaths } = work;
    this.#ports.log.error('scan.poison', { spoolId, tenant, deaths });
    this.#inspected(work, notInspected('scan processes died with it'));
  }

  #inspected(work: Work<SpoolReference>, inspection: Inspection): void {
    const { meter, clock } = this.#ports;
    meter.observe('sekisho_inspection_wait_seconds', (clock.monotonic() - work.since) / 1000);
    this.arrivals.inspected(work.reference, inspection);
  }

  #done(tenant: TenantId, messages: number): void {
    this.arrivals.done(tenant, messages);
    this.segments.roomAgain();
    this.#feeder.feed();
  }
}
