import { cpus, loadavg, release, totalmem } from 'node:os';

/** What this is measured on, when, and what else the machine has to do: figures mean nothing without it. */
export function machine(): string {
  const [cpu] = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  const processors = `${cpus().length} x ${cpu?.model.trim() ?? 'unknown'}, ${memory} GiB`;
  const load = loadavg().map((one) => one.toFixed(1));
  return `${processors}, Linux ${release()}, Node ${process.version}, ${new Date().toISOString()}, load before ${load.join(' ')}`;
}
