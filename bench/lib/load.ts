import { spawn } from 'node:child_process';

/** A load of Postfix's own generator, `smtp-source`: the peer's tool, so that nobody can say it favours us. */
export interface Load {
  readonly port: number;
  readonly sessions: number;
  readonly messages: number;
  /** Octets of each message; not with `file`. */
  readonly sizeOctets?: number;
  /** A prepared message, sent again and again. */
  readonly file?: string;
  readonly from: string;
  readonly to: string;
  readonly ehlo?: string;
  /** A new connection for each message. */
  readonly reconnect?: boolean;
  readonly timeoutMs?: number;
}

/** Runs the load to its end; seconds it took. Rejects when the generator complains. */
export function runLoad(load: Load): Promise<number> {
  const args = [
    ...(load.reconnect ? [] : ['-d']),
    ...['-s', String(load.sessions), '-m', String(load.messages), '-f', load.from, '-t', load.to],
    ...(load.file ? ['-F', load.file] : ['-l', String(load.sizeOctets ?? 4096)]),
    ...(load.ehlo ? ['-M', load.ehlo] : []),
    `127.0.0.1:${load.port}`,
  ];
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const child = spawn('smtp-source', args, {
      stdio: ['ignore', 'ignore', 'pipe'],
      timeout: load.timeoutMs ?? 120_000,
    });
    let complaint = '';
    child.stderr.on('data', (chunk: Buffer) => {
      complaint += chunk.toString().slice(0, 1000);
    });
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      if (code === 0) resolve((performance.now() - started) / 1000);
      else reject(new Error(`smtp-source ended with ${code ?? signal}: ${complaint.trim()}`));
    });
  });
}
