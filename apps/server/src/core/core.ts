import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Inspection } from '@sekisho/inspection';
import {
  type Clock,
  type Log,
  type Meter,
  type MeterSnapshot,
  openLog,
  openMeter,
  systemClock,
  systemRandom,
} from '@sekisho/ports';
import { decide, wantedFields } from '@sekisho/policy';
import {
  closedSegments,
  listSegments,
  openBodyStreamOf,
  SegmentLedger,
  type SpoolReference,
  SpoolWriter,
} from '@sekisho/spool';
import { type FrontSnapshot, Installation, type TenantAdmission } from '@sekisho/tenants';
import type { Address, Plan, TenantId } from '@sekisho/terms';
import { type RootKeys, Vault } from '@sekisho/vault';
import type { FrontHello, FrontQuestion, InspectedBeforeReply, NextHopAnswer } from '../links/messages.ts';
import { notInspected, tracePrefix } from '../message-path.ts';
import { tellSupervisor } from '../processes/boot.ts';
import { type CoreBoot, resolverOf } from '../processes/settings.ts';
import { Arrivals } from './arrivals.ts';
import { Bodies } from './bodies.ts';
import { Checkpoints } from './checkpoints.ts';
import { digestDelivered } from './digest-delivered.ts';
import { FEEDER_LIMITS, Feeder, type Work } from './feeder.ts';
import { Fronts } from './fronts.ts';
import type { ProcessState } from './http.ts';
import { Intake } from './intake.ts';
import { NextHopAnswers } from './next-hop-answers.ts';
import { askNextHop, openOutbound, type OutboundPorts } from './outbound.ts';
import { recoverSegments } from './recovery.ts';
import { RootRotation } from './root-rotation.ts';
import { Schedules } from './schedules.ts';
import { openScans } from './scans.ts';
import { Writers } from './writers.ts';

/** Number under which the core itself writes to the spool: reports to senders. */
const CORE_FRONT = 31;
const SPARE_SEGMENTS = 2;
const SYSTEM = { kind: 'system', name: 'core' } as const;

/** The core: everything behind the 250 that is not a scan process or a writer thread. */
export class Core {
  readonly installation: Installation;
  readonly bodies: Bodies;
  readonly log: Log;
  readonly clock: Clock;
  readonly meter: Meter;
  readonly ledger = new SegmentLedger();
  readonly rootRotation = new RootRotation(tellSupervisor);
  readonly #boot: CoreBoot;
  #vault: Vault;
  readonly #metrics = new Map<string, MeterSnapshot>();
  #directory: FrontSnapshot;
  #processes: readonly ProcessState[] = [];
  #writers!: Writers;
  #feeder!: Feeder<SpoolReference>;
  #intake!: Intake;
  #checkpoints!: Checkpoints;
  #arrivals!: Arrivals;
  #fronts!: Fronts;
  #scans!: ReturnType<typeof openScans>;
  #spool!: SpoolWriter;
  #outbound: ReturnType<typeof openOutbound> | null = null;
  #schedules: Schedules | null = null;
  #nextHops!: NextHopAnswers;
  readonly #wantedFields = new Map<TenantId, Promise<readonly string[]>>();
  #recovering: Promise<void> = Promise.resolve();

  /** Opens everything, compares the spool with the tenants' databases, and starts to work. */
  static async open(boot: CoreBoot): Promise<Core> {
    const log = openLog({ ...boot.log, process: 'core' });
    const clock = systemClock();
    const vault = vaultOf(boot.root);
    const installation = await Installation.open({
      folder: join(boot.dataFolder, 'installation'),
      tenantsFolder: join(boot.dataFolder, 'tenants'),
      vault,
      former: boot.root.former.map((key) => new Vault(Buffer.from(key))),
      clock,
      log,
    });
    const core = new Core(boot, { log, clock, vault, installation, directory: await installation.snapshotForFront() });
    await core.#start();
    return core;
  }

  private constructor(
    boot: CoreBoot,
    means: { log: Log; clock: Clock; vault: Vault; installation: Installation; directory: FrontSnapshot },
  ) {
    this.#boot = boot;
    this.#vault = means.vault;
    this.log = means.log;
    this.clock = means.clock;
    this.meter = openMeter();
    this.installation = means.installation;
    this.#directory = means.directory;
    this.bodies = new Bodies((tenant) => this.#admission(tenant));
  }

  get #spoolFolder(): string {
    return join(this.#boot.dataFolder, 'spool');
  }

  get boot(): CoreBoot {
    return this.#boot;
  }

  /** Commands of rooms inside a tenant; what changes its rules changes what inspection is asked for. */
  get dispatch(): Writers['dispatch'] {
    return this.#writers.dispatch;
  }

  /** Rules of a tenant were set: the header fields that they look at may be others. */
  rulesChanged(tenant: TenantId): void {
    this.#wantedFields.delete(tenant);
  }

  get directory(): FrontSnapshot {
    return this.#directory;
  }

  /** Rows of the tenant's queue may be due. */
  kick(tenant: TenantId): void {
    this.#outbound?.kick(tenant, { forgetBackOff: true });
  }

  get processes(): readonly ProcessState[] {
    return this.#processes;
  }

  set processes(list: readonly ProcessState[]) {
    this.#processes = list;
  }

  /** The installation has changed: fronts learn of it, and tenants that are new or gone. */
  async installationChanged(): Promise<void> {
    this.#directory = await this.installation.snapshotForFront();
    await this.#fronts.publish();
  }

  recipientsChanged(tenant: TenantId): void {
    this.#fronts.recipientsChanged(tenant);
  }

  /** Has the supervisor put a new root key on top of its file, and puts everything that the old one sealed under it. */
  async rotateRootKey(): Promise<{ readonly file: string; readonly formerKeys: number }> {
    const { keys, file } = await this.rootRotation.ask();
    const next = vaultOf(keys);
    await this.installation.rotateRoot(this.#vault, next);
    this.#vault = next;
    return { file, formerKeys: keys.former.length };
  }

  /** Numbers of all processes, by process. */
  metrics(): ReadonlyMap<string, MeterSnapshot> {
    this.#measure();
    return new Map([['core', this.meter.snapshot()], ...this.#metrics]);
  }

  /** How much waits where. */
  backlog() {
    const oldestAt = this.ledger.oldestAt();
    return {
      inspection: this.#feeder.backlog,
      writers: this.#intake.backlog,
      owed: this.ledger.debt(),
      oldestOwedMs: oldestAt === null ? 0 : Math.max(0, this.clock.now() - oldestAt),
    };
  }

  async stop(deadlineMs: number): Promise<void> {
    const deadline = this.clock.monotonic() + deadlineMs;
    this.#schedules?.stop();
    this.#fronts.close();
    await this.#outbound?.drain(Math.max(100, deadlineMs / 2));
    while (!(this.#intake.isIdle && this.#feeder.backlog === 0) && this.clock.monotonic() < deadline - 1000) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    this.#checkpoints.stop();
    await this.#checkpoints.now();
    this.#scans.close();
    await this.#spool.close();
    await this.#writers.close();
    await this.installation.close();
  }

  async #start(): Promise<void> {
    const { log, clock, meter, ledger } = this;
    const boot = this.#boot;
    const spoolFolder = this.#spoolFolder;
    this.#writers = new Writers(
      boot.writers,
      { hostName: boot.hostName, log: boot.log, stores: boot.stores },
      (tenant) => this.#admission(tenant),
      log,
    );
    this.#checkpoints = new Checkpoints({
      clock,
      log,
      ledger,
      spareSegments: SPARE_SEGMENTS,
      checkpoint: () => this.#writers.checkpoint(),
      isBusy: () => this.#isBusy(),
      durable: (tenant) => this.#outbound?.kick(tenant),
      dropped: (segmentFile) => this.#arrivals.forget(segmentFile),
    });
    this.#intake = new Intake({
      log,
      meter,
      ledger,
      writers: this.#writers.count,
      writerOf: (tenant) => this.#writers.writerOf(tenant),
      ingest: (tenant, messages) => this.#writers.ingest(tenant, messages),
      committed: (tenant) => {
        this.#checkpoints.wanted();
        this.#schedules?.touched(tenant);
      },
    });
    this.#feeder = new Feeder<SpoolReference>(clock, FEEDER_LIMITS, (work) => {
      log.error('scan.poison', { spoolId: work.spoolId, tenant: work.tenant, deaths: work.deaths });
      this.#inspected(work, notInspected('scan processes died with it'));
    });
    this.#arrivals = new Arrivals({
      ledger,
      feeder: this.#feeder,
      take: (message) => this.#take(message.reference, message.inspection),
    });
    this.#spool = await SpoolWriter.open({
      folder: spoolFolder,
      front: CORE_FRONT,
      spoolPublicKey: this.#vault.spoolPublicKey,
      clock,
      random: systemRandom,
      log,
      meter,
      limits: { segmentOctets: 4 * 1024 * 1024, spareSegments: 1 },
      segmentClosed: (file, isFailed) => ledger.closed(file, isFailed),
    });
    const outbound: OutboundPorts = {
      hostName: boot.hostName,
      ownSmtp: { host: '127.0.0.1', port: boot.smtpPort },
      onlyLoopback: boot.onlyLoopback,
      dispatch: this.#writers.dispatch,
      installation: this.installation,
      directory: () => this.#directory,
      bodies: this.bodies,
      resolver: resolverOf(boot.dns, clock),
      spool: this.#spool,
      reported: (reference) => this.#arrivals.accepted(reference),
      askDurable: () => this.#checkpoints.wanted(),
      clock,
      random: systemRandom,
      log,
      meter,
    };
    const { settings } = this.#directory;
    this.#nextHops = new NextHopAnswers(
      clock,
      {
        knownMs: settings['smtp.recipient-known-seconds'] * 1000,
        unknownMs: settings['smtp.recipient-unknown-seconds'] * 1000,
        questionsPerMinute: settings['smtp.recipient-questions-per-minute'],
        entries: 100_000,
      },
      (tenant, address) => askNextHop(outbound, tenant, address),
    );
    const segments = await listSegments(spoolFolder);
    this.#afterRecovery(async () => {
      const keep = await this.#recover(segments);
      const own = segments.filter(({ front }) => front === CORE_FRONT);
      for (const { file } of closedSegments(own, this.#spool.liveSegments())) if (!keep.has(file)) ledger.closed(file);
    });
    for (const socket of [boot.scanSocket, boot.frontSocket]) rmSync(socket, { force: true });
    this.#scans = openScans(boot.scanSocket, {
      feeder: this.#feeder,
      clock,
      log,
      fieldsOf: (tenant) => this.#fieldsOf(tenant),
      inspected: (work, inspection) => this.#inspected(work, inspection),
      unreadable: (work, why) =>
        log.error('intake.body-unreadable', { spoolId: work.spoolId, tenant: work.tenant, why }),
      kill: (pid) => tellSupervisor({ kind: 'kill', pid }),
      metrics: (pid, snapshot) => this.#keepMetrics(`scan-${pid}`, snapshot),
    });
    this.#fronts = new Fronts(boot.frontSocket, {
      log,
      snapshot: async () => this.#directory,
      greeted: (hello) => this.#greeted(hello),
      accepted: (reference) => this.#arrivals.accepted(reference),
      voided: (spoolId) => this.#arrivals.voided(spoolId),
      segmentClosed: (file, isFailed) => this.#afterRecovery(() => ledger.closed(file, isFailed)),
      answer: (question) => this.#answer(question),
      metrics: (front, snapshot) => this.#keepMetrics(`front-${front}`, snapshot),
    });
    this.#schedules = new Schedules({
      log,
      tenants: () => Object.keys(this.#directory.tenants) as TenantId[],
      dispatch: this.#writers.dispatch,
      isBusy: () => this.#isBusy(),
      kept: () => this.#checkpoints.wanted(),
    });
    await this.#recovering;
    this.#outbound = openOutbound(outbound);
    this.#checkpoints.wanted();
  }

  #admission(tenant: TenantId): Promise<TenantAdmission> {
    return this.installation.admission(tenant);
  }

  /**
   * A front is there, anew or again. What it accepted while nobody listened is found in its segments; only then may any
   * of them count as closed, because a closed segment that owes nothing is dropped.
   */
  #greeted({ front, openSegments }: FrontHello): void {
    if (!openSegments) return;
    this.#afterRecovery(async () => {
      const own = (await listSegments(this.#spoolFolder)).filter((one) => one.front === front);
      const keep = await this.#recover(own);
      for (const { file } of closedSegments(own, openSegments)) if (!keep.has(file)) this.ledger.closed(file);
      this.#checkpoints.wanted();
    });
  }

  #afterRecovery(work: () => Promise<void> | void): void {
    this.#recovering = this.#recovering
      .then(work)
      .catch((error: Error) => this.log.error('recovery.failed', { error: error.message }));
  }

  /** Compares segments with the tenants' databases; answers those that must be kept, because something in them is damaged. */
  async #recover(segments: readonly { readonly file: string }[]): Promise<ReadonlySet<string>> {
    const started = this.clock.monotonic();
    const { found, missing, damaged } = await recoverSegments(
      segments.map(({ file }) => file),
      (reference) => this.#arrivals.isKnown(reference) || !this.#arrivals.see(reference),
      {
        vault: this.#vault,
        ledger: this.ledger,
        log: this.log,
        isTenant: (tenant) => Object.hasOwn(this.#directory.tenants, tenant),
        recover: (tenant, references) => this.#writers.recover(tenant, references),
        offer: (reference) => this.#feeder.offer(reference, reference),
      },
    );
    const tookMs = Math.round(this.clock.monotonic() - started);
    if (found > 0) this.log.info('recovery.done', { segments: segments.length, found, missing, tookMs });
    this.meter.gauge('sekisho_spool_damaged_segments', damaged.size);
    return damaged;
  }

  #inspected(work: Work<SpoolReference>, inspection: Inspection): void {
    this.meter.observe('sekisho_inspection_wait_seconds', (this.clock.monotonic() - work.since) / 1000);
    this.#arrivals.inspected(work.reference, inspection);
  }

  /** Hands an inspected message to its tenant's writer; the delivered digest of a large one is made here, as it streams. */
  #take(reference: SpoolReference, inspection: Inspection): void {
    if (reference.bodyKind === 'inline') return this.#intake.offer({ reference, inspection });
    const prefix = tracePrefix({ reference, inspection }, this.#boot.hostName);
    digestDelivered(prefix, inspection.omitted, openBodyStreamOf(reference)).then(
      (deliveredSha256) => this.#intake.offer({ reference, inspection, deliveredSha256 }),
      (error: Error) => this.log.error('intake.body-unreadable', { spoolId: reference.spoolId, why: error.message }),
    );
  }

  #answer(question: FrontQuestion): Promise<unknown> {
    switch (question.what) {
      case 'recipients':
        return this.#recipientKeys(question.tenant);
      case 'ask-next-hop':
        return this.#nextHops.answer(question.tenant, question.address as Address) as Promise<NextHopAnswer>;
      case 'inspect':
        return this.#planBeforeReply(question.reference);
    }
  }

  /** All recipients of a tenant; read again from the start when they change between two pages. */
  async #recipientKeys(tenant: TenantId): Promise<string[]> {
    for (;;) {
      const keys: string[] = [];
      const first = await this.dispatch(tenant, 'access', 'recipientKeys', {}, SYSTEM);
      let page = first;
      keys.push(...page.keys);
      while (page.next !== null && page.revision === first.revision) {
        page = await this.dispatch(tenant, 'access', 'recipientKeys', { after: page.next }, SYSTEM);
        keys.push(...page.keys);
      }
      if (page.revision === first.revision) return keys;
    }
  }

  async #planBeforeReply(reference: SpoolReference): Promise<InspectedBeforeReply> {
    const { facts } = await this.#arrivals.inspectBeforeReply(reference);
    const { ruleSet } = await this.dispatch(reference.tenant, 'policy', 'currentRules', {}, SYSTEM);
    const plan: Plan = decide(reference.envelope, facts, ruleSet, this.clock.now());
    return { plan };
  }

  /** Header fields that the tenant's rules ask for. */
  #fieldsOf(tenant: TenantId): Promise<readonly string[]> {
    let fields = this.#wantedFields.get(tenant);
    if (!fields) {
      fields = this.dispatch(tenant, 'policy', 'currentRules', {}, SYSTEM).then(({ ruleSet }) => wantedFields(ruleSet));
      this.#wantedFields.set(tenant, fields);
      fields.catch(() => this.#wantedFields.delete(tenant));
    }
    return fields;
  }

  /** True while messages are on their way to a tenant's database. */
  #isBusy(): boolean {
    return !this.#intake.isIdle || this.#feeder.backlog > 0;
  }

  #keepMetrics(name: string, snapshot: MeterSnapshot | null): void {
    if (snapshot) this.#metrics.set(name, snapshot);
    else this.#metrics.delete(name);
  }

  #measure(): void {
    const { inspection, writers, owed, oldestOwedMs } = this.backlog();
    this.meter.gauge('sekisho_waiting_messages', inspection, { for: 'inspection' });
    this.meter.gauge('sekisho_waiting_messages', writers, { for: 'writer' });
    this.meter.gauge('sekisho_spool_debt_messages', owed);
    this.meter.gauge('sekisho_spool_oldest_debt_seconds', oldestOwedMs / 1000);
  }
}

/** The vault over root keys that came over a line, where buffers become plain octets. */
function vaultOf({ current, former }: RootKeys): Vault {
  return new Vault(Buffer.from(current), { former: former.map((key) => Buffer.from(key)) });
}
