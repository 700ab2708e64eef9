import { type Random, systemRandom } from '@sekisho/ports';
import type { TenantId } from '@sekisho/terms';
import { deriveKey } from './derive-key.ts';
import { RootKeyError, SealBrokenError } from './errors.ts';
import { keyIdOf, keyPairOf, openSealedSegmentKey, sealedFor } from './seal-segment-key.ts';
import { KEY_OCTETS, unwrapKey, wrapKey } from './wrap-key.ts';

/** What the root key is good for. Held by the core only; the front gets `spoolPublicKey`, scan gets nothing. */
export class Vault {
  /** X25519 public key (32 octets) for which fronts seal their segment keys. */
  readonly spoolPublicKey: Buffer;
  readonly #spoolPairs: readonly ReturnType<typeof keyPairOf>[];
  readonly #tenantKek: Buffer;
  readonly #databaseKey: Buffer;
  readonly #random: Random;

  /** `former` are root keys from before a rotation: they open the segments of that time and nothing else. */
  constructor(root: Buffer, options: { readonly former?: readonly Buffer[]; readonly random?: Random } = {}) {
    for (const key of [root, ...(options.former ?? [])]) {
      if (key.length !== KEY_OCTETS)
        throw new RootKeyError(`Cannot use a root key of ${key.length} octets: must be 32`);
    }
    this.#spoolPairs = [root, ...(options.former ?? [])].map((key) =>
      keyPairOf(deriveKey(key, 'sekisho spool x25519 1', KEY_OCTETS)),
    );
    this.spoolPublicKey = this.#spoolPairs[0]!.publicKey;
    this.#tenantKek = deriveKey(root, 'sekisho tenant keys 1', KEY_OCTETS);
    this.#databaseKey = deriveKey(root, 'sekisho installation database 1', KEY_OCTETS);
    this.#random = options.random ?? systemRandom;
  }

  /** Raw key of the installation's own database file. */
  installationDatabaseKey(): Buffer {
    return Buffer.from(this.#databaseKey);
  }

  /** A new random tenant key, and the form of it that may be stored. */
  newTenantKey(tenant: TenantId): { readonly key: Buffer; readonly wrapped: Buffer } {
    const key = this.#random.bytes(KEY_OCTETS);
    return { key, wrapped: this.#wrap(tenant, key) };
  }

  /** Opens a tenant's key; throws SealBrokenError when it is another tenant's or of another root. */
  unwrapTenantKey(tenant: TenantId, wrapped: Buffer): Buffer {
    return unwrapKey(this.#tenantKek, wrapped, tenantAad(tenant));
  }

  /** The stored form of a tenant's key under this root, out of the one under the root before (rotation). */
  rewrapTenantKey(tenant: TenantId, wrapped: Buffer, before: Vault): Buffer {
    return this.#wrap(tenant, before.unwrapTenantKey(tenant, wrapped));
  }

  /** Opens a segment key sealed for this root key or a former one; `aad` as given to sealSegmentKey. */
  openSegmentKey(sealed: Buffer, aad: Buffer = Buffer.alloc(0)): Buffer {
    const id = sealedFor(sealed);
    const pair = id && this.#spoolPairs.find((one) => keyIdOf(one.publicKey).equals(id));
    if (!pair) throw new SealBrokenError('a segment key', { detail: { sealedFor: id?.toString('hex') ?? 'unknown' } });
    return openSealedSegmentKey(pair, sealed, aad);
  }

  #wrap(tenant: TenantId, key: Buffer): Buffer {
    return wrapKey(this.#tenantKek, key, tenantAad(tenant), this.#random);
  }
}

const tenantAad = (tenant: TenantId) => Buffer.from(`sekisho tenant key 1\0${tenant}`);
