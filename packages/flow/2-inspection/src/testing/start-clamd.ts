import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { askClamd } from '../antivirus/ask-clamd.ts';

/** The harmless test string that every scanner calls infected, in two halves so that no scanner minds this file. */
export const EICAR = 'X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-' + 'STANDARD-ANTIVIRUS-TEST-FILE!$H+H*';

/** A string of our own that only {@link startClamd} calls infected. */
export const MARKER = 'sekisho-made-up-marker-' + '6b1f0c2e9d74';

const CLAMD = '/usr/sbin/clamd';

export interface RunningClamd {
  readonly address: { readonly socket: string };
  readonly pid: number;
  stop(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** True where Debian's clamd is installed. */
export function hasClamd(): boolean {
  return existsSync(CLAMD);
}

/**
 * Starts a real clamd in an existing empty folder, on a local socket, with two signatures: the EICAR string and
 * {@link MARKER}. `options` are further lines of clamd.conf(5). Fails where clamd is missing.
 */
export async function startClamd(folder: string, options: readonly string[] = []): Promise<RunningClamd> {
  if (!hasClamd()) throw new Error(`Cannot start clamd: no "${CLAMD}" (Debian: apt-get install clamav-daemon)`);
  const socket = join(folder, 'clamd.sock');
  const logFile = join(folder, 'clamd.log');
  writeFolder(folder, socket, options);
  const log = openSync(logFile, 'w');
  const child = spawn(CLAMD, [`--config-file=${join(folder, 'clamd.conf')}`], { stdio: ['ignore', log, log] });
  closeSync(log);
  const stop = () => stopChild(child);
  try {
    await untilItAnswers(child, socket);
  } catch (cause) {
    await stop();
    throw new Error(`Cannot start clamd: ${readFileSync(logFile, 'utf8').slice(-500)}`, { cause });
  }
  return { address: { socket }, pid: child.pid!, stop, [Symbol.asyncDispose]: stop };
}

function writeFolder(folder: string, socket: string, options: readonly string[]): void {
  const signatures = join(folder, 'signatures');
  mkdirSync(signatures, { recursive: true });
  const line = (name: string, text: string) => `${name}:0:*:${Buffer.from(text, 'latin1').toString('hex')}\n`;
  writeFileSync(join(signatures, 'sekisho.ndb'), line('Sekisho.Eicar', EICAR) + line('Sekisho.Marker', MARKER));
  const lines = [
    `LocalSocket ${socket}`,
    `DatabaseDirectory ${signatures}`,
    `TemporaryDirectory ${folder}`,
    'Foreground yes',
    // Without this line clamd calls clean what it did not look at (clamd.conf(5)).
    'AlertExceedsMax yes',
    ...(process.getuid?.() === 0 ? ['User root'] : []),
    ...options,
  ];
  writeFileSync(join(folder, 'clamd.conf'), `${lines.join('\n')}\n`);
}

async function untilItAnswers(child: ChildProcess, socket: string): Promise<void> {
  let last: unknown;
  for (let tries = 0; tries < 300 && child.exitCode === null; tries++) {
    try {
      if ((await askClamd({ socket }, 'PING', 1000)) === 'PONG') return;
    } catch (error) {
      last = error;
    }
    await sleep(50);
  }
  throw new Error('Cannot start clamd: it does not answer', { cause: last });
}

async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await gone;
}
