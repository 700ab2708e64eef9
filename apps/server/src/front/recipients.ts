import type { TenantId } from '@sekisho/terms';

interface Known {
  readonly keys: ReadonlySet<string>;
  /** They may have changed since: asked for again when next needed. */
  isOld: boolean;
}

/** Address keys that are remembered, of all tenants; about 100 octets each. */
const MOST_KEYS = 2_000_000;

/**
 * Recipients of tenants by list, asked for once and kept. When they may have changed they are asked for again, and while
 * nobody answers the last answer counts.
 */
export class Recipients {
  readonly #ask: (tenant: TenantId) => Promise<readonly string[]>;
  readonly #most: number;
  readonly #known = new Map<TenantId, Known>();
  readonly #asking = new Map<TenantId, Promise<ReadonlySet<string>>>();
  #keys = 0;

  constructor(ask: (tenant: TenantId) => Promise<readonly string[]>, most = MOST_KEYS) {
    this.#ask = ask;
    this.#most = most;
  }

  /** The address keys of a tenant's recipients; rejects when they were never known and nobody answers. */
  async of(tenant: TenantId): Promise<ReadonlySet<string>> {
    const known = this.#known.get(tenant);
    if (known && !known.isOld) {
      this.#known.delete(tenant);
      this.#known.set(tenant, known);
      return known.keys;
    }
    try {
      return await this.#learn(tenant);
    } catch (error) {
      if (known) return known.keys;
      throw error;
    }
  }

  /** The recipients of a tenant, or of all tenants, may be others now. */
  mayHaveChanged(tenant?: TenantId): void {
    for (const one of tenant === undefined ? this.#known.keys() : [tenant]) {
      const known = this.#known.get(one);
      if (known) known.isOld = true;
    }
    if (tenant === undefined) this.#asking.clear();
    else this.#asking.delete(tenant);
  }

  #learn(tenant: TenantId): Promise<ReadonlySet<string>> {
    const asking = this.#asking.get(tenant);
    if (asking) return asking;
    const answer: Promise<ReadonlySet<string>> = this.#ask(tenant).then(
      (list) => {
        const keys = new Set(list);
        if (this.#asking.get(tenant) === answer) this.#keep(tenant, keys);
        return keys;
      },
      (error: unknown) => {
        if (this.#asking.get(tenant) === answer) this.#asking.delete(tenant);
        throw error;
      },
    );
    this.#asking.set(tenant, answer);
    return answer;
  }

  #keep(tenant: TenantId, keys: ReadonlySet<string>): void {
    this.#asking.delete(tenant);
    this.#forget(tenant);
    this.#known.set(tenant, { keys, isOld: false });
    this.#keys += keys.size;
    while (this.#keys > this.#most && this.#known.size > 1) this.#forget(this.#known.keys().next().value!);
  }

  #forget(tenant: TenantId): void {
    this.#keys -= this.#known.get(tenant)?.keys.size ?? 0;
    this.#known.delete(tenant);
  }
}
