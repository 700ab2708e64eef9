import { cpus, loadavg, release, totalmem } from 'node:os';

/** What this is measured on, because figures mean nothing without it. */
export function machine(): string {
  const [cpu] = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${cpus().length} x ${cpu?.model.trim() ?? 'unknown'}, ${memory} GiB, Linux ${release()}, Node ${process.version}`;
}

/** Says where and when this is measured, and what else the machine has to do. */
export function tellMachine(): void {
  const load = loadavg().map((one) => one.toFixed(1));
  console.log(`${new Date().toISOString()}: ${machine()}, load ${load.join(' ')}`);
}
