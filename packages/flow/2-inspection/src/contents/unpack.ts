import { createGunzip, createInflateRaw } from 'node:zlib';
import { damagedFile } from '../errors.ts';
import type { ArchiveBudget } from './archive-budget.ts';
import { KIND_HEAD_OCTETS } from './kind-of.ts';

/** Says, from the first octets of a file, whether the rest of it is wanted too. */
export type Wants = (head: Buffer) => boolean;

export interface Unpacked {
  /** The whole file when it was wanted, else its first octets. */
  readonly octets: Buffer;
  /** Octets of the whole file. */
  readonly size: number;
}

/**
 * Inflates one file chunk by chunk in the thread pool, within the budget: what is not wanted is counted and dropped, so
 * that a bomb costs neither memory nor more than its share of time.
 */
export async function unpack(
  method: 'deflate' | 'gzip',
  packed: Buffer,
  budget: ArchiveBudget,
  wants: Wants,
): Promise<Unpacked> {
  const stream = method === 'gzip' ? createGunzip() : createInflateRaw();
  const kept: Buffer[] = [];
  let keptOctets = 0;
  let size = 0;
  let isWanted: boolean | null = null;
  stream.end(packed);
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      size += chunk.length;
      budget.takeOctets(chunk.length, size, packed.length);
      if (isWanted === false) continue;
      kept.push(chunk);
      keptOctets += chunk.length;
      budget.hold(keptOctets);
      if (isWanted === null && keptOctets >= KIND_HEAD_OCTETS) isWanted = wants(Buffer.concat(kept));
    }
  } catch (cause) {
    if (!isZlibError(cause)) throw cause;
    throw damagedFile(cause.message, cause);
  } finally {
    stream.destroy();
  }
  return { octets: Buffer.concat(kept), size };
}

const isZlibError = (error: unknown): error is Error =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' && /^Z_|^ERR_/.test(error.code);
