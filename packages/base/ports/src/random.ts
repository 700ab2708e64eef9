import { randomBytes } from 'node:crypto';

/** Chance: the only source of keys, ids and jitter. */
export interface Random {
  bytes(count: number): Buffer;
}

export const systemRandom: Random = { bytes: (count) => randomBytes(count) };
