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

/** The same for each process, named by the file that it runs. */
export function pssByProcess(root: number): { readonly name: string; readonly octets: number }[] {
  return [...treeOf(root).keys()].map((id) => {
    const rollup = ofLiving(() => readFileSync(`/proc/${id}/smaps_rollup`, 'utf8')) ?? '';
    const command = ofLiving(() => readFileSync(`/proc/${id}/cmdline`, 'latin1')) ?? '';
    const file = command.split('\0').find((one) => one.endsWith('.ts')) ?? '';
    return { name: basename(file, '.ts'), octets: 1024 * Number(/^Pss:\s+(\d+) kB/m.exec(rollup)?.[1] ?? 0) };
  });
}
