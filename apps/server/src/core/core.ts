import { rmSync } from 'node:fs';
import { join } from 'node:path';
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
import { wantedFields } from '@sekisho/policy';
import { type FrontSnapshot, Installation, type TenantAdmission } from '@sekisho/tenants';
import type { TenantId } from '@sekisho/terms';
import { type RootKeys, Vault } from '@sekisho/vault';
import { keepingOf } from '../keeping.ts';
import type { FrontHello } from '../links/messages.ts';
import { tellSupervisor } from '../processes/boot.ts';
import { type CoreBoot, resolverOf } from '../processes/settings.ts';
import { Bodies } from './bodies.ts';
import { FrontAnswers } from './front-answers.ts';
import { Fronts } from './fronts.ts';
import type { ProcessState } from './http.ts';
import { NextHopAnswers, nextHopLimitsOf } from './next-hop-answers.ts';
import { askNextHop, limitsOf, openOutbound, type OutboundPorts, ownDoor } from './outbound.ts';
import { OwnSpool } from './own-spool.ts';
import { RootRotation } from './root-rotation.ts';
import { Schedules } from './schedules.ts';
import { SpoolPath } from './spool-path.ts';
import { Writers } from './writers.ts';

/** Number under which the core itself writes to the spool: reports to senders. */
const CORE_FRONT = 31;
/** Numbers of the fronts that the supervisor starts. */
const FRONTS: ReadonlySet<number> = new Set([0]);
const OWN_SEGMENT_OCTETS = 4 * 1024 * 1024;
/** Answers of next hops about recipients that are remembered, of all tenants. */
const NEXT_HOP_ANSWERS = 100_000;
const SYSTEM = { kind: 'system', name: 'core' } as const;

/** The core: everything behind the 250 that is not a scan process or a writer thread. */
export class Core {
  readonly installation: Installation;
  readonly bodies: Bodies;
  readonly log: Log;
  readonly clock: Clock;
  readonly meter: Meter;
  readonly rootRotation = new RootRotation(tellSupervisor);
  readonly #boot: CoreBoot;
  #vault: Vault;
  readonly #metrics = new Map<string, MeterSnapshot>();
  #directory: FrontSnapshot;
  #processes: readonly ProcessState[] = [];
  #writers!: Writers;
  #path!: SpoolPath;
  #fronts!: Fronts;
  #nextHops!: NextHopAnswers;
  #spool!: OwnSpool;
  #outbound: ReturnType<typeof openOutbound> | null = null;
  #schedules: Schedules | null = null;
  readonly #wantedFields = new Map<TenantId, Promise<readonly string[]>>();

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

  /** The installation has changed: fronts learn of it, tenants are new or gone, settings are others. */
  async installationChanged(): Promise<void> {
    this.#directory = await this.installation.snapshotForFront();
    const { settings } = this.#directory;
    this.#path.obey(settings);
    this.#nextHops.setLimits(nextHopLimitsOf(settings));
    this.#outbound?.setLimits(limitsOf(settings));
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
    this.#path.measure();
    return new Map([['core', this.meter.snapshot()], ...this.#metrics]);
  }

  /** How much waits where. */
  backlog() {
    return this.#path.backlog();
  }

  /** Ends the work; what was inspected is taken in, all else is safe in the spool. */
  async stop(deadlineMs: number): Promise<void> {
    this.#schedules?.stop();
    this.#fronts.close();
    await this.#outbound?.drain(Math.max(100, deadlineMs / 2));
    await this.#path.stop(Math.max(100, deadlineMs / 4));
    await this.#spool.close();
    await this.#writers.close();
    await this.installation.close();
  }

  async #start(): Promise<void> {
    const { log, clock, meter } = this;
    const boot = this.#boot;
    const spoolFolder = join(boot.dataFolder, 'spool');
    this.#writers = new Writers(
      boot.writers,
      { hostName: boot.hostName, log: boot.log, stores: boot.stores },
      (tenant) => this.#admission(tenant),
      log,
    );
    this.#path = new SpoolPath({
      clock,
      log,
      meter,
      hostName: boot.hostName,
      spoolFolder,
      scanSocket: boot.scanSocket,
      vault: () => this.#vault,
      writers: this.#writers,
      isTenant: (tenant) => Object.hasOwn(this.#directory.tenants, tenant),
      keepingOf: (tenant) => keepingOf(this.#directory.settings, this.#directory.tenants[tenant]?.settings),
      fieldsOf: (tenant) => this.#fieldsOf(tenant),
      committed: (tenant) => this.#schedules?.touched(tenant),
      durable: (tenant) => this.#outbound?.kick(tenant),
      kill: (pid) => tellSupervisor({ kind: 'kill', pid }),
      metrics: (name, snapshot) => this.#keepMetrics(name, snapshot),
      progress: (segmentsLeft) => tellSupervisor({ kind: 'starting', segmentsLeft }),
    });
    this.#path.obey(this.#directory.settings);
    this.#spool = new OwnSpool({
      folder: spoolFolder,
      front: CORE_FRONT,
      spoolPublicKey: this.#vault.spoolPublicKey,
      clock,
      random: systemRandom,
      log,
      meter,
      limits: { segmentOctets: OWN_SEGMENT_OCTETS, spareSegments: 1 },
      segmentClosed: (file, isFailed) => this.#path.segments.closed(file, isFailed),
    });
    const outbound = this.#outboundPorts();
    this.#fronts = this.#openFronts(outbound);
    this.#schedules = new Schedules({
      log,
      tenants: () => Object.keys(this.#directory.tenants) as TenantId[],
      dispatch: this.#writers.dispatch,
      isBusy: () => this.#path.isBusy,
      kept: () => this.#path.wantDurable(),
    });
    await this.#path.start(FRONTS);
    this.#outbound = openOutbound(outbound);
  }

  #outboundPorts(): OutboundPorts {
    const boot = this.#boot;
    return {
      hostName: boot.hostName,
      ownSmtp: ownDoor(boot.smtp),
      onlyLoopback: boot.onlyLoopback,
      dispatch: this.#writers.dispatch,
      installation: this.installation,
      directory: () => this.#directory,
      bodies: this.bodies,
      resolver: resolverOf(boot.dns, this.clock),
      spool: this.#spool,
      reported: (reference) => this.#path.arrivals.accepted(reference),
      askDurable: () => this.#path.wantDurable(),
      clock: this.clock,
      random: systemRandom,
      log: this.log,
      meter: this.meter,
    };
  }

  #openFronts(outbound: OutboundPorts): Fronts {
    const limits = { ...nextHopLimitsOf(this.#directory.settings), entries: NEXT_HOP_ANSWERS };
    const nextHops = new NextHopAnswers(this.clock, limits, (tenant, address) => askNextHop(outbound, tenant, address));
    this.#nextHops = nextHops;
    const { arrivals, segments } = this.#path;
    const answers = new FrontAnswers({
      clock: this.clock,
      dispatch: this.#writers.dispatch,
      nextHops,
      inspectBeforeReply: (reference) => arrivals.inspectBeforeReply(reference),
    });
    rmSync(this.#boot.frontSocket, { force: true });
    return new Fronts(this.#boot.frontSocket, {
      log: this.log,
      snapshot: async () => this.#directory,
      greeted: (hello) => this.#greeted(hello),
      accepted: (reference) => arrivals.accepted(reference),
      voided: (spoolId) => arrivals.voided(spoolId),
      segmentClosed: (file, isFailed) => segments.closed(file, isFailed),
      answer: (question) => answers.answer(question),
      metrics: (front, snapshot) => this.#keepMetrics(`front-${front}`, snapshot),
    });
  }

  #admission(tenant: TenantId): Promise<TenantAdmission> {
    return this.installation.admission(tenant);
  }

  /** A front is there, anew or again. What it accepted while nobody listened is found in its segments. */
  #greeted({ front, openSegments, undecided }: FrontHello): void {
    this.#path.arrivals.undecided(front, undecided);
    if (openSegments) this.#path.segments.greeted(front, openSegments);
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

  #keepMetrics(name: string, snapshot: MeterSnapshot | null): void {
    if (snapshot) this.#metrics.set(name, snapshot);
    else this.#metrics.delete(name);
  }
}

/** The vault over root keys that came over a line, where buffers become plain octets. */
function vaultOf({ current, former }: RootKeys): Vault {
  return new Vault(Buffer.from(current), { former: former.map((key) => Buffer.from(key)) });
}
