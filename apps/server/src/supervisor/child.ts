import { type ChildProcess, fork } from 'node:child_process';
import { setPriority } from 'node:os';
import type { Log } from '@sekisho/ports';

/** What the supervisor keeps alive. */
export interface ChildPlan {
  /** Name in the log and in the metrics: `front-0`, `core`, `scan-1`. */
  readonly name: string;
  /** File of the process's entry. */
  readonly entry: string;
  /** First message, after which the process says `ready`. */
  readonly boot: () => object;
  readonly execArgv: readonly string[];
  /** Variables of the environment; all of the supervisor's when absent. */
  readonly env?: NodeJS.ProcessEnv;
  /** 0 for the quick, 19 for the patient. */
  readonly nice: number;
}

export type ChildState = 'starting' | 'ready' | 'down' | 'stopped';

/** Databases and bodies come and go: what the C library frees goes back to the machine instead of being kept in many arenas. */
const FRUGAL = { MALLOC_ARENA_MAX: '2', MALLOC_TRIM_THRESHOLD_: '131072' };

const BACKOFF_MS = [50, 200, 1000, 5000];
/** A process that lived this long has proved itself: its next death is restarted at once. */
const PROVEN_MS = 10_000;

/** One process of the tree: started, watched, started again, and stopped when the house closes. */
export class Child {
  readonly name: string;
  state: ChildState = 'down';
  /** Starts after the first one. */
  restarts = 0;
  readonly #plan: ChildPlan;
  readonly #log: Log;
  readonly #onMessage: (message: { kind: string }) => void;
  readonly #onState: () => void;
  #process: ChildProcess | null = null;
  #deathsInRow = 0;
  #stopping = false;
  #isBooted = false;
  #timer: NodeJS.Timeout | null = null;

  constructor(plan: ChildPlan, log: Log, onMessage: (message: { kind: string }) => void, onState: () => void) {
    this.name = plan.name;
    this.#plan = plan;
    this.#log = log;
    this.#onMessage = onMessage;
    this.#onState = onState;
  }

  get pid(): number | null {
    return this.#process?.pid ?? null;
  }

  start(): void {
    const started = Date.now();
    const child = this.#fork();
    if (!child) return this.#onExit(null, null, 0);
    this.#process = child;
    this.#setState('starting');
    child.on('error', (error) => {
      this.#log.error('process.fault', { name: this.name, error: error.message });
      if (child.pid === undefined && this.#process === child) this.#onExit(null, null, 0);
    });
    child.on('spawn', () => {
      this.#beNice(child.pid!);
      child.send(this.#plan.boot());
      this.#isBooted = true;
    });
    child.on('message', (message: { kind: string }) => {
      if (message.kind === 'ready') {
        this.#log.info('process.ready', { name: this.name, child: child.pid, afterMs: Date.now() - started });
        this.#setState('ready');
      }
      this.#onMessage(message);
    });
    child.on('exit', (code, signal) => this.#onExit(code, signal, Date.now() - started));
  }

  /** Tells the process something; what comes before its first message is not for it. */
  send(message: object): void {
    if (this.#isBooted && this.#process?.connected) this.#process.send(message);
  }

  kill(signal: NodeJS.Signals): void {
    this.#process?.kill(signal);
  }

  /** Asks the process to end; kills it when `deadlineMs` has passed. */
  async stop(deadlineMs: number): Promise<void> {
    this.#stopping = true;
    if (this.#timer) clearTimeout(this.#timer);
    const child = this.#process;
    if (!child || child.exitCode !== null || child.signalCode !== null) return this.#setState('stopped');
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    this.send({ kind: 'stop', deadlineMs });
    const timer = setTimeout(() => child.kill('SIGKILL'), deadlineMs);
    await gone;
    clearTimeout(timer);
    this.#setState('stopped');
  }

  /** A machine short of memory or processes may refuse now and not later. */
  #fork(): ChildProcess | null {
    try {
      return fork(this.#plan.entry, [], {
        execArgv: ['--enable-source-maps', ...this.#plan.execArgv],
        serialization: 'advanced',
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
        env: { ...FRUGAL, ...(this.#plan.env ?? process.env) },
      });
    } catch (error) {
      this.#log.error('process.fault', { name: this.name, error: (error as Error).message });
      return null;
    }
  }

  /** A process that is gone again before it got its priority is told of by its exit. */
  #beNice(pid: number): void {
    if (this.#plan.nice === 0) return;
    try {
      setPriority(pid, this.#plan.nice);
    } catch (error) {
      this.#log.warn('process.not-nice', { name: this.name, error: (error as Error).message });
    }
  }

  #setState(state: ChildState): void {
    this.state = state;
    this.#onState();
  }

  #onExit(code: number | null, signal: string | null, livedMs: number): void {
    this.#process = null;
    this.#isBooted = false;
    if (this.#stopping) return this.#setState('stopped');
    this.#deathsInRow = livedMs >= PROVEN_MS ? 0 : this.#deathsInRow + 1;
    const waitMs = BACKOFF_MS[Math.min(Math.max(this.#deathsInRow - 1, 0), BACKOFF_MS.length - 1)]!;
    this.#log.warn('process.died', { name: this.name, code, signal, livedMs, restartInMs: waitMs });
    this.#setState('down');
    this.restarts += 1;
    this.#timer = setTimeout(() => this.start(), waitMs);
  }
}
