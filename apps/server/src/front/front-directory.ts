import { BlockList, isIP } from 'node:net';
import type { Directory, DomainEntry, RecipientAnswer, TrustedClient } from '@sekisho/gateway';
import type { FrontSnapshot } from '@sekisho/tenants';
import { type Address, addressKey, type TenantId } from '@sekisho/terms';
import type { FrontQuestion, NextHopAnswer } from '../links/messages.ts';

interface Trusted extends TrustedClient {
  readonly network: BlockList;
}

/** Asks the core. */
export type AskCore = <Value>(question: FrontQuestion) => Promise<Value>;

/**
 * The directory as the gateway asks it: domains and trusted clients from the core's last snapshot, recipients of a
 * tenant asked for once and kept. What the front knows it goes on knowing while the core is away.
 */
export class FrontDirectory implements Directory {
  readonly #ask: AskCore;
  #domains = new Map<string, DomainEntry>();
  #trusted: readonly Trusted[] = [];
  readonly #recipients = new Map<TenantId, Promise<ReadonlySet<string>>>();

  constructor(ask: AskCore) {
    this.#ask = ask;
  }

  /** Takes a new snapshot in place of the last one. Nothing is received for, and nothing taken from, a suspended tenant. */
  update({ domains, tenants, trusted }: FrontSnapshot): void {
    const isServed = (tenant: TenantId) => tenants[tenant]?.suspended === false;
    this.#domains = new Map(Object.entries(domains).filter(([, { tenant }]) => isServed(tenant)));
    this.#trusted = trusted
      .filter(({ tenant }) => isServed(tenant))
      .map(({ cidr, tenant, relayName }) => ({ tenant, relayName, network: blockListOf(cidr) }));
  }

  /** Recipients of the tenant are asked for again when they are next needed. */
  recipientsChanged(tenant: TenantId): void {
    this.#recipients.delete(tenant);
  }

  domainOf(domain: string): DomainEntry | null {
    return this.#domains.get(domain) ?? null;
  }

  trusted(ip: string): readonly TrustedClient[] {
    const family = isIP(ip) === 6 ? 'ipv6' : 'ipv4';
    return this.#trusted.filter(({ network }) => network.check(ip, family));
  }

  async recipient(tenant: TenantId, address: Address): Promise<RecipientAnswer> {
    if (this.domainOf(address.domain)?.recipientMode === 'ask') {
      const answer = await this.#ask<NextHopAnswer>({ what: 'ask-next-hop', tenant, address });
      return answer === 'unavailable' ? 'ask-later' : answer;
    }
    const known = await this.#recipientsOf(tenant);
    return known.has(addressKey(address)) ? 'known' : 'unknown';
  }

  #recipientsOf(tenant: TenantId): Promise<ReadonlySet<string>> {
    let known = this.#recipients.get(tenant);
    if (!known) {
      known = this.#ask<readonly string[]>({ what: 'recipients', tenant }).then((keys) => new Set(keys));
      this.#recipients.set(tenant, known);
      known.catch(() => this.#recipients.delete(tenant));
    }
    return known;
  }
}

function blockListOf(cidr: string): BlockList {
  const list = new BlockList();
  const [address, prefix] = cidr.split('/') as [string, string?];
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
  list.addSubnet(address, Number(prefix ?? (family === 'ipv6' ? 128 : 32)), family);
  return list;
}
