import { createServer } from 'node:net';
import { DemoError } from '../errors.ts';

/** The ports of the house, by the variable of the environment that names them. */
export const PORTS = {
  smtp: { variable: 'SEKISHO_SMTP_PORT', usual: 2525 },
  submission: { variable: 'SEKISHO_SUBMISSION_PORT', usual: 2587 },
  submissions: { variable: 'SEKISHO_SUBMISSIONS_PORT', usual: 2465 },
  http: { variable: 'SEKISHO_HTTP_PORT', usual: 8480 },
} as const;

export type PortName = keyof typeof PORTS;

/** A port that was chosen, and the usual one where that was taken. */
export interface ChosenPort {
  readonly name: PortName;
  readonly port: number;
  readonly instead: number | null;
}

/** Chooses a free port for each listener: the one that the environment names, else the usual one, else any. */
export async function choosePorts(env: Readonly<Record<string, string | undefined>>): Promise<ChosenPort[]> {
  const chosen: ChosenPort[] = [];
  for (const [name, { variable, usual }] of Object.entries(PORTS)) {
    const wanted = env[variable] ? portOf(variable, env[variable]) : usual;
    if (wanted !== 0 && (await isFree(wanted))) chosen.push({ name: name as PortName, port: wanted, instead: null });
    else if (wanted !== 0 && env[variable])
      throw new DemoError('port-taken', `Cannot listen on port ${wanted} of "${variable}": it is taken`);
    else chosen.push({ name: name as PortName, port: await anyPort(), instead: wanted === 0 ? null : wanted });
  }
  return chosen;
}

function portOf(variable: string, text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port >= 0 && port <= 65_535) return port;
  throw new DemoError('usage', `Cannot use "${text}" of "${variable}": it is no port`);
}

const isFree = (port: number) =>
  listen(port).then(
    () => true,
    () => false,
  );

const anyPort = () => listen(0);

function listen(port: number): Promise<number> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : port));
    });
  });
}
