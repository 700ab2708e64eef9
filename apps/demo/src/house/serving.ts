import { type ChildProcess, fork } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DemoError } from '../errors.ts';
import type { Place } from './place.ts';

/** The house, running as a process tree of its own. */
export interface RunningHouse {
  /** Resolves when the house has ended, however it ended. */
  readonly ended: Promise<void>;
  /** Lets it drain and stop. */
  stop(): Promise<void>;
}

const ENTRY = join(import.meta.dirname, 'serving-process.ts');
const STOP_MS = 15_000;

/**
 * Starts the house behind the demo's terminal: its log goes to a file, and Ctrl-C reaches the demo alone, which then
 * lets the house drain.
 */
export async function startHouse(place: Place): Promise<RunningHouse> {
  const log = openSync(place.logFile, 'a', 0o600);
  const child = fork(ENTRY, [place.configFile], {
    stdio: ['ignore', log, log, 'ipc'],
    detached: true,
    env: withoutOverrides(process.env),
  });
  closeSync(log);
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const isReady = await Promise.race([
    new Promise<boolean>((resolve) => child.once('message', () => resolve(true))),
    ended.then(() => false),
  ]);
  if (!isReady)
    throw new DemoError('not-started', `Cannot start the house, its log ends in:\n${lastLines(place.logFile)}`);
  return { ended, stop: () => stop(child, ended) };
}

async function stop(child: ChildProcess, ended: Promise<void>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  if (child.connected) child.send('stop');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
  await ended;
  clearTimeout(timer);
}

/** The demo's configuration file says everything: what the environment names went into it. */
const withoutOverrides = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('SEKISHO_')));

const lastLines = (file: string) => readFileSync(file, 'utf8').trimEnd().split('\n').slice(-8).join('\n');
