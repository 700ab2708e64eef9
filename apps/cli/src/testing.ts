/** Runs the command as a shell would and keeps what it wrote, for tests. */
import { main } from './main.ts';

/** How a command line ended and what it wrote. */
export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a command line in this process. */
export async function ran(argv: readonly string[], env: Record<string, string> = {}): Promise<Ran> {
  const out: Buffer[] = [];
  const err: string[] = [];
  const code = await main(argv, {
    out: (text) => void out.push(Buffer.from(text)),
    outOctets: async (octets) => void out.push(Buffer.from(octets)),
    err: (text) => void err.push(text),
    env,
    isTerminal: false,
  });
  return { code, out: Buffer.concat(out).toString('utf8'), err: err.join('') };
}
