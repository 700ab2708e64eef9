import { type Random, systemRandom } from '@sekisho/ports';
import { openBody, sealBody } from './seal-body.ts';

/** Octets of a key of ours (AES-256, HMAC-SHA256, X25519). */
export const KEY_OCTETS = 32;

/** Octets of a wrapped key: nonce 12, sealed key 32, tag 16. */
export const WRAPPED_KEY_OCTETS = 60;

/** Seals `key` under `kek` (AES-256-GCM, random nonce). `aad` says whose key it is and must be given again to open it. */
export function wrapKey(kek: Buffer, key: Buffer, aad: Buffer, random: Random = systemRandom): Buffer {
  if (key.length !== KEY_OCTETS)
    throw new RangeError(`Cannot wrap a key of ${key.length} octets: must be ${KEY_OCTETS}`);
  return sealBody(kek, aad, key, random);
}

/** Opens what {@link wrapKey} made; throws SealBrokenError for another `kek`, another `aad` or changed octets. */
export function unwrapKey(kek: Buffer, wrapped: Buffer, aad: Buffer): Buffer {
  return openBody(kek, aad, wrapped, 'a wrapped key');
}
