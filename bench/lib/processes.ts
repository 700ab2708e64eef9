import type { ChildProcess } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';

const TICKS_PER_SECOND = 100;

interface ProcessLine {
  readonly parent: number;
  readonly cpuTicks: number;
}

/** What `read` gives, or `null` when the process has ended meanwhile. */
function ofLiving<Value>(read: () => Value): Value | null {
  try {
    return read();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ESRCH') return null;
    throw error;
  }
}

function allProcesses(): Map<number, ProcessLine> {
  const found = new Map<number, ProcessLine>();
  for (const file of globSync('/proc/[0-9]*/stat')) {
    const stat = ofLiving(() => readFileSync(file, 'utf8'));
    if (!stat) continue;
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const cpuTicks = [11, 12, 13, 14].reduce((sum, at) => sum + Number(fields[at]), 0);
    found.set(Number(stat.slice(0, stat.indexOf(' '))), { parent: Number(fields[1]), cpuTicks });
  }
  return found;
}

function treeOf(root: number): Map<number, ProcessLine> {
  const all = allProcesses();
  const isBelow = (id: number): boolean => id === root || (all.has(id) && isBelow(all.get(id)!.parent));
  return new Map([...all].filter(([id]) => isBelow(id)));
}

/** CPU seconds of a process and its descendants, the dead ones that were waited for included. */
export function cpuOfTree(root: number): number {
  let ticks = 0;
  for (const { cpuTicks } of treeOf(root).values()) ticks += cpuTicks;
  return ticks / TICKS_PER_SECOND;
}

/** Proportional memory of a process and its descendants in octets: pages that several share count once. */
export function pssOfTree(root: number): number {
  return pssByProcess(root).reduce((sum, { octets }) => sum + octets, 0);
}

/** The file that a process of ours runs. */
function nameOf(id: number): string {
  const command = ofLiving(() => readFileSync(`/proc/${id}/cmdline`, 'latin1')) ?? '';
  return basename(command.split('\0').find((one) => one.endsWith('.ts')) ?? '', '.ts');
}

/** The same for each process, named by the file that it runs. */
export function pssByProcess(root: number): { readonly name: string; readonly octets: number }[] {
  return [...treeOf(root).keys()].map((id) => {
    const rollup = ofLiving(() => readFileSync(`/proc/${id}/smaps_rollup`, 'utf8')) ?? '';
    return { name: nameOf(id), octets: 1024 * Number(/^Pss:\s+(\d+) kB/m.exec(rollup)?.[1] ?? 0) };
  });
}

/** What the threads of our processes are called here. */
const THREADS: Readonly<Record<string, string>> = {
  'node-MainThread': '',
  WorkerThread: ' thread',
  'libuv-worker': ' pool',
  'node-V8Worker': ' gc',
};

/** CPU seconds by process and kind of thread: `core`, `core thread`, `scan gc`. Threads that ended are not in it. */
export function cpuByThread(root: number): Map<string, number> {
  const table = new Map<string, number>();
  for (const id of treeOf(root).keys()) {
    const process = nameOf(id);
    for (const file of globSync(`/proc/${id}/task/*/stat`)) {
      const stat = ofLiving(() => readFileSync(file, 'utf8'));
      if (!stat) continue;
      const kind = THREADS[stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'))] ?? ' other';
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      const name = process + kind;
      const seconds = (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
      table.set(name, (table.get(name) ?? 0) + seconds);
    }
  }
  return table;
}

/** What each added between two looks, for each of so many messages: `front 50, core 120`, in microseconds. */
export function formatCpu(before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>, messages: number) {
  return [...after]
    .map(([name, seconds]) => [name, ((seconds - (before.get(name) ?? 0)) * 1e6) / messages] as const)
    .filter(([, us]) => us >= 1)
    .sort(([, a], [, b]) => b - a)
    .map(([name, us]) => `${name} ${Math.round(us)}`)
    .join(', ');
}

/** Ends a child when the bench ends, also when it ends by an error. */
export function endWithUs(child: ChildProcess): void {
  const end = () => void child.kill();
  process.once('exit', end);
  child.once('exit', () => process.removeListener('exit', end));
}
