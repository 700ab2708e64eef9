import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { killIfThere, until } from './processes.ts';
import { straceArguments } from './syscall-trace.ts';

const ATTACH_MS = 10_000;

/** Faults that the kernel gives to a running process, through strace; they end with {@link Injection.end}. */
export class Injection {
  readonly #tracer: ChildProcess;

  /**
   * Attaches to a process and all its threads. `faults` are strace's expressions, such as
   * `fdatasync:error=EIO:when=1+5`; what is traced besides goes to `traceFile`.
   */
  static async into(pid: number, faults: readonly string[], traceFile: string): Promise<Injection> {
    const calls = faults.map((fault) => fault.split(':')[0]!);
    const inject = faults.flatMap((fault) => ['-e', `inject=${fault}`]);
    const args = [...straceArguments(traceFile, calls), ...inject, '-p', String(pid)];
    const tracer = spawn('strace', args, { stdio: ['ignore', 'ignore', 'inherit'] });
    const injection = new Injection(tracer);
    const isTraced = (thread: string) =>
      !/^TracerPid:\t0$/m.test(readFileSync(`/proc/${pid}/task/${thread}/status`, 'latin1'));
    await until(`strace's attaching to ${pid}`, ATTACH_MS, () => readdirSync(`/proc/${pid}/task`).every(isTraced));
    return injection;
  }

  constructor(tracer: ChildProcess) {
    this.#tracer = tracer;
  }

  /** Lets the process go on without faults. */
  async end(): Promise<void> {
    if (this.#tracer.exitCode !== null || this.#tracer.signalCode !== null) return;
    killIfThere(this.#tracer.pid!, 'SIGINT');
    await once(this.#tracer, 'exit');
  }
}
