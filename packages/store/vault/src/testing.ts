/** A vault for tests of other rooms: the same keys for the same seed. */
import { createHash } from 'node:crypto';
import { Vault } from './vault.ts';

/** A root key that repeats for the same seed. */
export function testRootKey(seed = 'sekisho'): Buffer {
  return createHash('sha256').update(`root key of ${seed}`).digest();
}

/** A vault over {@link testRootKey}; its nonces and new keys are random all the same. */
export function testVault(seed = 'sekisho'): Vault {
  return new Vault(testRootKey(seed));
}
