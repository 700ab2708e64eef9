import { createHash, createPrivateKey, createPublicKey, diffieHellman, hkdfSync, type KeyObject } from 'node:crypto';
import { type Random, systemRandom } from '@sekisho/ports';
import { SealBrokenError } from './errors.ts';
import { openBody, sealParts, TAG_OCTETS } from './seal-body.ts';
import { KEY_OCTETS } from './wrap-key.ts';

/** Octets of a sealed segment key: version 1, key id 8, ephemeral public key 32, sealed key 32, tag 16. */
export const SEALED_SEGMENT_KEY_OCTETS = 89;

const VERSION = 1;
const KEY_ID_OCTETS = 8;
const LABEL = 'sekisho segment key 1';
const PKCS8_X25519 = Buffer.from('302e020100300506032b656e04220420', 'hex');
const SPKI_X25519 = Buffer.from('302a300506032b656e032100', 'hex');
/** Each sealing has a key of its own, so that one nonce serves (as RFC 9180 does for the first message). */
const NONCE = Buffer.alloc(12);

/** An X25519 key pair (RFC 7748) out of 32 secret octets. */
export function keyPairOf(secret: Buffer): { readonly privateKey: KeyObject; readonly publicKey: Buffer } {
  const privateKey = createPrivateKey({ key: Buffer.concat([PKCS8_X25519, secret]), format: 'der', type: 'pkcs8' });
  const spki = createPublicKey(privateKey).export({ format: 'der', type: 'spki' });
  return { privateKey, publicKey: Buffer.from(spki.subarray(SPKI_X25519.length)) };
}

/** First 8 octets of the SHA-256 of a public key: says for whom something was sealed. */
export function keyIdOf(publicKey: Buffer): Buffer {
  return createHash('sha256').update(publicKey).digest().subarray(0, KEY_ID_OCTETS);
}

/**
 * Seals a segment's key for the holder of the root key, knowing the public key only (ephemeral X25519, HKDF-SHA256,
 * AES-256-GCM). `aad` is what the key belongs to: the rest of the segment's header.
 */
export function sealSegmentKey(
  publicKey: Buffer,
  segmentKey: Buffer,
  aad: Buffer = Buffer.alloc(0),
  random: Random = systemRandom,
): Buffer {
  const once = keyPairOf(random.bytes(KEY_OCTETS));
  const sealed = sealParts(sharedKey(once.privateKey, publicKey, once.publicKey, publicKey), aad, [segmentKey], NONCE);
  return Buffer.concat([Buffer.of(VERSION), keyIdOf(publicKey), once.publicKey, ...sealed.slice(1)]);
}

/** For which public key a segment key was sealed, or `null` when the octets are none of {@link sealSegmentKey}. */
export function sealedFor(sealed: Buffer): Buffer | null {
  if (sealed.length !== SEALED_SEGMENT_KEY_OCTETS || sealed[0] !== VERSION) return null;
  return sealed.subarray(1, 1 + KEY_ID_OCTETS);
}

/** Opens what {@link sealSegmentKey} made; throws SealBrokenError. */
export function openSealedSegmentKey(
  pair: { readonly privateKey: KeyObject; readonly publicKey: Buffer },
  sealed: Buffer,
  aad: Buffer,
): Buffer {
  const from = 1 + KEY_ID_OCTETS;
  const once = sealed.subarray(from, from + KEY_OCTETS);
  let key: Buffer;
  try {
    key = sharedKey(pair.privateKey, once, once, pair.publicKey);
  } catch (cause) {
    throw new SealBrokenError('a segment key', { cause });
  }
  return openBody(key, aad, Buffer.concat([NONCE, sealed.subarray(-KEY_OCTETS - TAG_OCTETS)]), 'a segment key');
}

function sharedKey(privateKey: KeyObject, peer: Buffer, once: Buffer, receiver: Buffer): Buffer {
  const publicKey = createPublicKey({ key: Buffer.concat([SPKI_X25519, peer]), format: 'der', type: 'spki' });
  const secret = diffieHellman({ privateKey, publicKey });
  return Buffer.from(hkdfSync('sha256', secret, Buffer.concat([once, receiver]), LABEL, KEY_OCTETS));
}
