import { createCipheriv, createDecipheriv } from 'node:crypto';
import { type Random, systemRandom } from '@sekisho/ports';
import type { SpoolId, TenantId } from '@sekisho/terms';
import { SealBrokenError } from './errors.ts';

export const NONCE_OCTETS = 12;
export const TAG_OCTETS = 16;

/** What sealing adds to a body: nonce in front, tag behind (AES-256-GCM, NIST SP 800-38D). */
export const SEAL_OCTETS = NONCE_OCTETS + TAG_OCTETS;

const CIPHER = 'aes-256-gcm';
const OPTIONS = { authTagLength: TAG_OCTETS };
const BODY_LABEL = 'sekisho body 1\0';

/** What a message's sealed body is bound to: its tenant, its name and its digest, never the place where it lies. */
export function bodyAad(tenant: TenantId, spoolId: SpoolId, sha256: Buffer): Buffer {
  const text = `${BODY_LABEL}${tenant}\0${spoolId}\0`;
  const aad = Buffer.allocUnsafe(text.length + sha256.length);
  aad.write(text, 0, 'latin1');
  aad.set(sha256, text.length);
  return aad;
}

/** Seals a body that lies in several buffers. `nonce` (12 octets) must be new for this key. */
export function sealParts(key: Buffer, aad: Buffer, parts: readonly Buffer[], nonce: Buffer): Buffer[] {
  const cipher = createCipheriv(CIPHER, key, nonce).setAAD(aad);
  const sealed: Buffer[] = [nonce];
  for (const part of parts) sealed.push(cipher.update(part));
  cipher.final();
  sealed.push(cipher.getAuthTag());
  return sealed;
}

/** Seals `plain`: nonce, ciphertext, tag. */
export function sealBody(key: Buffer, aad: Buffer, plain: Buffer, random: Random = systemRandom): Buffer {
  return Buffer.concat(sealParts(key, aad, [plain], random.bytes(NONCE_OCTETS)));
}

/** Opens what {@link sealBody} made, whole or not at all; throws SealBrokenError. */
export function openBody(key: Buffer, aad: Buffer, sealed: Buffer, what = 'a sealed body'): Buffer {
  if (sealed.length < SEAL_OCTETS) throw new SealBrokenError(what, { detail: { octets: sealed.length } });
  const end = sealed.length - TAG_OCTETS;
  const decipher = createDecipheriv(CIPHER, key, sealed.subarray(0, NONCE_OCTETS), OPTIONS)
    .setAAD(aad)
    .setAuthTag(sealed.subarray(end));
  const plain = decipher.update(sealed.subarray(NONCE_OCTETS, end));
  try {
    decipher.final();
  } catch (cause) {
    throw new SealBrokenError(what, { cause });
  }
  return plain;
}
