import { cpus, loadavg, release, totalmem } from 'node:os';

/** Says where and when this is measured, because figures mean nothing without it. */
export function tellMachine(): void {
  const [cpu] = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  console.log(
    `${new Date().toISOString()}: ${cpus().length} x ${cpu?.model.trim() ?? 'unknown'}, ${memory} GiB, Linux ${release()}, ` +
      `Node ${process.version}, load ${loadavg()
        .map((one) => one.toFixed(1))
        .join(' ')}`,
  );
}
