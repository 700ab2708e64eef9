import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdirSync, type WriteStream, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { atEnd } from './at-end.ts';
import { childrenOf, commandOf, isRunning, killIfThere, treeOf, until } from './processes.ts';

export interface HouseOptions {
  /** Where configuration, root key and logs lie. */
  readonly folder: string;
  /** The data folder; `folder/data` when not named. */
  readonly dataFolder?: string;
  /** Lines for the configuration file's `[limits]`. */
  readonly limits?: Readonly<Record<string, number>>;
  readonly scanProcesses?: number;
  /** A program and its arguments under which the house runs, such as strace. */
  readonly under?: readonly string[];
}

const READY_MS = 60_000;
const STOP_MS = 15_000;
const ENTRY = join(import.meta.dirname, 'house-process.ts');
/** Kept between runs: compiling is most of a start. */
const COMPILE_CACHE = join(tmpdir(), 'sekisho-drill-compile-cache');
const PARTS = ['core', 'front', 'scan'] as const;

/** Kinds of processes that a drill can kill. */
export type Part = 'supervisor' | (typeof PARTS)[number];

/** The house in processes of its own, on free ports of loopback. */
export class House {
  readonly smtpPort: number;
  readonly httpPort: number;
  readonly logFile: string;
  readonly #options: HouseOptions;
  readonly #configFile: string;
  readonly #log: WriteStream;
  /** Everything that ran for this house, so that nothing of it is left behind. */
  readonly #known = new Set<number>();
  #forgetEnd: () => void = () => undefined;
  #process: ChildProcess | null = null;

  static async open(options: HouseOptions): Promise<House> {
    return new House(options, await freePorts(3));
  }

  private constructor(options: HouseOptions, [smtp, submission, http]: readonly number[]) {
    const { folder, dataFolder = join(folder, 'data'), limits = {}, scanProcesses = 1 } = options;
    this.#options = options;
    this.smtpPort = smtp!;
    this.httpPort = http!;
    this.#configFile = join(folder, `sekisho-${smtp}.toml`);
    this.logFile = join(folder, `house-${smtp}.log`);
    mkdirSync(folder, { recursive: true });
    this.#log = createWriteStream(this.logFile, { flags: 'a' });
    const listener = (name: string, port: number) => `[${name}]\nhost = "127.0.0.1"\nport = ${port}`;
    const lines = [
      `data = ${JSON.stringify(dataFolder)}`,
      'hostname = "mx.sekisho.test"',
      'run_as = "root"',
      `[root_key]\nfile = ${JSON.stringify(join(folder, 'root.key'))}`,
      '[clamd]\ndisabled = true',
      `[dns]\nzones_file = ${JSON.stringify(join(folder, 'zones.json'))}`,
      '[log]\nlevel = "info"\nlines_per_second = 1000',
      listener('smtp', smtp!),
      listener('submission', submission!),
      listener('http', http!),
      '[delivery]\nonly_loopback = true',
      `[processes]\nscan = ${scanProcesses}\nwriters = 1`,
      `[limits]\n${Object.entries({ stop_seconds: 8, ...limits })
        .map(([name, value]) => `${name} = ${value}`)
        .join('\n')}`,
    ];
    writeFileSync(this.#configFile, `${lines.join('\n')}\n`);
  }

  /** Starts the house and waits until every process is ready. */
  async start(): Promise<void> {
    this.spawn();
    await this.ready();
  }

  /** Starts the house without waiting. */
  spawn(): void {
    const [program, ...args] = [...(this.#options.under ?? []), process.execPath, ENTRY, this.#configFile];
    const env = { ...process.env, UV_USE_IO_URING: '0', NODE_COMPILE_CACHE: COMPILE_CACHE };
    const child = spawn(program!, args, { stdio: ['ignore', 'pipe', 'pipe'], env });
    for (const stream of [child.stdout!, child.stderr!]) stream.pipe(this.#log, { end: false });
    this.#known.add(child.pid!);
    this.#process = child;
    this.#forgetEnd();
    this.#forgetEnd = atEnd(() => {
      this.#remember();
      for (const pid of this.#mine()) killIfThere(pid);
    });
  }

  /** Waits until `/healthz` says that every process is ready. */
  async ready(withinMs = READY_MS): Promise<void> {
    await until(`the start (see ${this.logFile})`, withinMs, async () => {
      this.#remember();
      return (await this.get('/healthz'))?.ok ?? false;
    });
  }

  /** Process ids of one kind, those that are there now. */
  pidsOf(part: Part): number[] {
    const supervisor = this.#supervisor();
    if (supervisor === null) return [];
    if (part === 'supervisor') return [supervisor];
    return childrenOf(supervisor).filter((pid) => commandOf(pid).includes(`/processes/${part}.ts`) && isRunning(pid));
  }

  /** Kills one process without warning; false when there was none of that kind. */
  kill(part: Part, pick: (pids: readonly number[]) => number = ([pid]) => pid!): boolean {
    this.#remember();
    const pids = this.pidsOf(part);
    if (pids.length === 0) return false;
    killIfThere(pick(pids));
    return true;
  }

  /** True while the outermost process runs. */
  get isUp(): boolean {
    return this.#process !== null && this.#process.exitCode === null && this.#process.signalCode === null;
  }

  async ended(): Promise<void> {
    if (this.isUp) await once(this.#process!, 'exit');
  }

  /** One page of the house's HTTP, or null when nobody answers. */
  async get(path: string): Promise<{ readonly ok: boolean; readonly text: string } | null> {
    try {
      const response = await fetch(`http://127.0.0.1:${this.httpPort}${path}`, { signal: AbortSignal.timeout(3000) });
      return { ok: response.ok, text: await response.text() };
    } catch {
      return null;
    }
  }

  /** Sum of a metric over its labels; null when nobody answers. */
  async metric(name: string, label = ''): Promise<number | null> {
    const page = await this.get('/metrics');
    if (!page?.ok) return null;
    const lines = page.text.split('\n').filter((line) => /[ {]/.test(line[name.length] ?? '') && line.startsWith(name));
    return lines.filter((line) => line.includes(label)).reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
  }

  /** Asks the house to end, and waits. Throws when it does not end in time; then it is killed. */
  async stop(): Promise<void> {
    if (!this.isUp) return;
    const supervisor = this.#supervisor();
    this.#remember();
    if (supervisor !== null) killIfThere(supervisor, 'SIGTERM');
    try {
      await until(`the stop (see ${this.logFile})`, STOP_MS, () => !this.isUp);
    } finally {
      await this.clear();
    }
  }

  /** Kills whatever is left of this house and waits until it is gone. */
  async clear(): Promise<void> {
    this.#remember();
    for (const pid of this.#mine()) killIfThere(pid);
    await until('the end of every process', STOP_MS, () => this.#mine().length === 0);
    this.#forgetEnd();
  }

  #mine(): number[] {
    return [...this.#known].filter((pid) => isRunning(pid) && this.#isMine(pid));
  }

  #isMine(pid: number): boolean {
    const command = commandOf(pid);
    return command.includes(this.#configFile) || command.includes('/apps/server/src/processes/');
  }

  #remember(): void {
    if (this.#process?.pid === undefined) return;
    for (const pid of treeOf(this.#process.pid)) this.#known.add(pid);
  }

  /** The supervisor: the process itself, or the one that strace runs. */
  #supervisor(): number | null {
    if (!this.isUp) return null;
    const outer = this.#process!.pid!;
    if (!this.#options.under) return outer;
    return childrenOf(outer).find((pid) => commandOf(pid).includes(ENTRY)) ?? null;
  }
}

/** Below the ports that the kernel gives to outgoing connections, so that none of them takes ours between two starts. */
const PORTS = { from: 20_000, count: 12_000 };

/** Ports of loopback that were free a moment ago. */
async function freePorts(count: number): Promise<number[]> {
  const ports: number[] = [];
  while (ports.length < count) {
    const port = PORTS.from + Math.floor(Math.random() * PORTS.count);
    if (!ports.includes(port) && (await isFree(port))) ports.push(port);
  }
  return ports;
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1');
  const isOurs = await Promise.race([
    once(server, 'listening').then(() => true),
    new Promise<boolean>((resolve) => server.once('error', () => resolve(false))),
  ]).catch(() => false);
  if (isOurs) await new Promise((resolve) => server.close(resolve));
  return isOurs;
}
