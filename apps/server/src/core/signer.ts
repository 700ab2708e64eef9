import { createPrivateKey, type KeyObject } from 'node:crypto';
import { signDkim } from '@sekisho/message-auth';
import type { Clock } from '@sekisho/ports';
import type { Installation } from '@sekisho/tenants';
import type { TenantId } from '@sekisho/terms';

interface SigningKey {
  readonly selector: string;
  readonly algorithm: 'rsa-2048' | 'ed25519';
  readonly privateKey: KeyObject;
}

/** Signs what leaves for tenants whose domains have a key. Keys are read once for each revision of the installation. */
export class Signer {
  readonly #installation: Installation;
  readonly #clock: Clock;
  readonly #revision: () => number;
  readonly #keys = new Map<string, Promise<SigningKey | null>>();
  #readAt = -1;

  constructor(installation: Installation, clock: Clock, revision: () => number) {
    this.#installation = installation;
    this.#clock = clock;
    this.#revision = revision;
  }

  /** The DKIM-Signature field for the sent form, or `null` when the domain has no key that signs. */
  async sign(tenant: TenantId, domain: string, parts: readonly Buffer[]): Promise<Buffer | null> {
    const key = await this.#keyOf(tenant, domain);
    if (!key) return null;
    return Buffer.from(await signDkim(parts, { ...key, domain, signedAt: this.#clock.now() }));
  }

  #keyOf(tenant: TenantId, domain: string): Promise<SigningKey | null> {
    if (this.#readAt !== this.#revision()) {
      this.#keys.clear();
      this.#readAt = this.#revision();
    }
    const name = `${tenant} ${domain}`;
    let key = this.#keys.get(name);
    if (!key) {
      key = this.#read(tenant, domain);
      this.#keys.set(name, key);
      key.catch(() => this.#keys.delete(name));
    }
    return key;
  }

  async #read(tenant: TenantId, domain: string): Promise<SigningKey | null> {
    const found = (await this.#installation.dkimKeys(tenant, domain)).find(({ signs }) => signs);
    if (!found) return null;
    const { selector, algorithm } = found;
    const pem = await this.#installation.dkimPrivateKey(tenant, domain, selector);
    return {
      selector,
      algorithm: algorithm === 'rsa-sha256' ? 'rsa-2048' : 'ed25519',
      privateKey: createPrivateKey(pem.toString('utf8')),
    };
  }
}
