import { type ChildProcess, fork } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openLog, systemClock } from '@sekisho/ports';
import { type Dispatch, dispatchHere, TenantStores } from '@sekisho/tenants';
import type { TenantId } from '@sekisho/terms';
import { Bodies } from '../core/bodies.ts';
import { migrations, rooms, type TenantRooms } from '../rooms.ts';
import type { HousePlan } from './house-plan.ts';
import { openInstallation, type Ports, type Prepared, prepareHouse } from './prepare-house.ts';

const ENTRY = new URL('./house-process.ts', import.meta.url).pathname;
const POLL_MS = 25;

/** A process of a running house. */
export interface HouseProcess {
  readonly name: string;
  readonly pid: number | null;
  readonly state: string;
}

/** A line of the house's log. */
export interface LogLine {
  readonly level: string;
  readonly event: string;
  readonly [field: string]: unknown;
}

/** What the tenants of a house that is not running have: asked by the same commands as inside it. */
export interface StoppedHouse extends AsyncDisposable {
  readonly dispatch: Dispatch<TenantRooms>;
  readonly bodies: Bodies;
}

/** A whole house in a folder of its own, on loopback, with the real process tree. Removes its folder at the end. */
export class TestHouse {
  readonly folder: string;
  readonly #prepared: Prepared;
  readonly #plan: HousePlan;
  #child: ChildProcess | null = null;

  /** Makes a house with its tenants; it does not run yet. */
  static async prepare(plan: HousePlan): Promise<TestHouse> {
    const folder = plan.folder ?? mkdtempSync(join(tmpdir(), 'sekisho-house-'));
    return new TestHouse(folder, await prepareHouse(folder, plan), plan);
  }

  private constructor(folder: string, prepared: Prepared, plan: HousePlan) {
    this.folder = folder;
    this.#prepared = prepared;
    this.#plan = plan;
  }

  get ports(): Ports {
    return this.#prepared.ports;
  }

  get tenants(): Readonly<Record<string, TenantId>> {
    return this.#prepared.tenants;
  }

  /** Starts the process tree and waits until every process is ready; rejects with the log when it ends before. */
  async start(): Promise<void> {
    const output = openSync(join(this.folder, 'log.jsonl'), 'a');
    const env = { ...process.env };
    if (this.#plan.trustedCa !== undefined) {
      env['NODE_EXTRA_CA_CERTS'] = join(this.folder, 'trusted-ca.pem');
      writeFileSync(env['NODE_EXTRA_CA_CERTS'], this.#plan.trustedCa);
    }
    const child = fork(ENTRY, [this.#prepared.configFile], {
      execArgv: ['--enable-source-maps'],
      stdio: ['ignore', output, output, 'ipc'],
      env,
    });
    closeSync(output);
    this.#child = child;
    await new Promise<void>((resolve, reject) => {
      child.once('message', () => resolve());
      child.once('exit', (code, signal) => {
        this.#child = null;
        reject(new Error(`The house ended with ${code ?? signal}: ${this.#endOfLog()}`));
      });
    });
    child.removeAllListeners('exit');
  }

  /** Tries a second start on the same folder; what it said before it ended. */
  async startTwice(): Promise<string> {
    const second = fork(ENTRY, [this.#prepared.configFile], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
    let said = '';
    second.stderr!.on('data', (chunk: Buffer) => (said += chunk.toString()));
    await new Promise((resolve) => second.once('close', resolve));
    return said;
  }

  /** The processes below the supervisor. */
  async processes(): Promise<readonly HouseProcess[]> {
    const child = this.#running();
    const answer = new Promise<{ list: HouseProcess[] }>((resolve) => child.once('message', resolve as () => void));
    child.send({ kind: 'processes' });
    return (await answer).list;
  }

  /** Ends one process of the tree at once (`core`, `front-0`, `scan-0`), and waits until its successor is ready. */
  async kill(name: string): Promise<void> {
    const before = (await this.processes()).find((one) => one.name === name)!.pid!;
    process.kill(before, 'SIGKILL');
    await this.until(async () =>
      (await this.processes()).every((one) => one.state === 'ready' && !(one.name === name && one.pid === before)),
    );
  }

  /** Asks the house to end (SIGTERM); the exit code, and how long it took. */
  async stop(): Promise<{ readonly code: number | null; readonly tookMs: number }> {
    const child = this.#running();
    const started = performance.now();
    const code = new Promise<number | null>((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    const answer = { code: await code, tookMs: performance.now() - started };
    this.#child = null;
    return answer;
  }

  /** Waits until something holds; rejects after `limitMs` with the end of the log. */
  async until(holds: () => boolean | Promise<boolean>, limitMs = 15_000): Promise<void> {
    const end = performance.now() + limitMs;
    while (!(await holds())) {
      if (performance.now() > end) throw new Error(`Not within ${limitMs} ms: ${holds}\n${this.#endOfLog()}`);
      await sleep(POLL_MS);
    }
  }

  /** A number of the house's metrics, summed over its labels; 0 when it has not been counted yet. */
  async metric(name: string): Promise<number> {
    const text = await (await fetch(`http://127.0.0.1:${this.ports.http}/metrics`)).text();
    const lines = text.split('\n').filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
    return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
  }

  /** Waits until every accepted message has its durable rows. */
  async settled(limitMs = 30_000): Promise<void> {
    await this.until(async () => (await this.metric('sekisho_spool_debt_messages')) === 0, limitMs);
  }

  /** The log so far; lines that are not JSON are told as event `stray`. */
  log(): LogLine[] {
    const lines = readFileSync(join(this.folder, 'log.jsonl'), 'utf8').split('\n').filter(Boolean);
    return lines.map((line) => (line.startsWith('{') ? JSON.parse(line) : { level: 'stray', event: 'stray', line }));
  }

  /** Opens what the tenants have, while the house is not running. */
  async open(): Promise<StoppedHouse> {
    const { installation, close } = await openInstallation(this.folder, this.#prepared.root);
    const clock = systemClock();
    const log = openLog({ process: 'reader', level: 'warn', pretty: true, linesPerSecond: 100 });
    const stores = new TenantStores({ clock, log, migrations });
    for (const tenant of Object.values(this.tenants)) stores.admit(await installation.admission(tenant));
    const bodies = new Bodies((tenant) => installation.admission(tenant));
    return {
      dispatch: dispatchHere(stores, rooms),
      bodies,
      [Symbol.asyncDispose]: async () => {
        for (const tenant of Object.values(this.tenants)) bodies.dismiss(tenant);
        await stores.close();
        await close();
      },
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child) await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  #endOfLog(): string {
    return readFileSync(join(this.folder, 'log.jsonl'), 'utf8').slice(-3000);
  }

  #running(): ChildProcess {
    if (!this.#child) throw new Error('The house is not running');
    return this.#child;
  }
}
