import { mkdirSync } from 'node:fs';
import { hasClamd, type RunningClamd, startClamd } from '@sekisho/inspection/testing';

/** Antivirus for the demo, or why there is none. */
export type Antivirus =
  | { readonly kind: 'clamd'; readonly clamd: RunningClamd }
  | { readonly kind: 'missing' | 'unwanted' }
  | { readonly kind: 'failed'; readonly why: string };

/** Starts the machine's clamd on a socket of the demo's, with a signature file of our own; nothing of its own is touched. */
export async function startAntivirus(folder: string, isWanted: boolean): Promise<Antivirus> {
  if (!isWanted) return { kind: 'unwanted' };
  if (!hasClamd()) return { kind: 'missing' };
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  try {
    return { kind: 'clamd', clamd: await startClamd(folder, ['StreamMaxLength 100M']) };
  } catch (error) {
    return { kind: 'failed', why: (error as Error).message };
  }
}
