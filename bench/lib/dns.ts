import { spawn } from 'node:child_process';
import type { Zones } from '@sekisho/ports';
import { sleep } from './bench.ts';
import { endWithUs } from './processes.ts';

/** A DNS server for the peer that knows the same zones as our own resolver, and nothing else. */
export async function startDns(port: number, zones: Zones): Promise<{ readonly port: number; stop(): void }> {
  const records = Object.entries(zones).flatMap(([name, types]) => {
    const txt = (types.TXT ?? []) as readonly (readonly string[])[];
    const mx = (types.MX ?? []) as readonly { readonly priority: number; readonly exchange: string }[];
    const a = (types.A ?? []) as readonly string[];
    return [
      ...txt.map((strings) => `--txt-record=${[name, ...strings].join(',')}`),
      ...mx.map(({ exchange, priority }) => `--mx-host=${name},${exchange},${priority}`),
      ...a.map((address) => `--host-record=${name},${address}`),
    ];
  });
  const child = spawn(
    'dnsmasq',
    [
      ...['--keep-in-foreground', '--conf-file=/dev/null', '--user=root', '--pid-file='],
      ...[`--port=${port}`, '--listen-address=127.0.0.1', '--bind-interfaces'],
      ...['--no-resolv', '--no-hosts', '--local=/#/', '--cache-size=0'],
      ...records,
    ],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  endWithUs(child);
  await sleep(300);
  if (child.exitCode !== null) throw new Error(`dnsmasq ended with ${child.exitCode}`);
  return { port, stop: () => void child.kill() };
}
