import type { Directory, DomainEntry, RecipientAnswer, TrustedClient } from '@sekisho/gateway';
import type { FrontSnapshot } from '@sekisho/tenants';
import { type Address, addressKey, type TenantId } from '@sekisho/terms';
import type { FrontQuestion, NextHopAnswer } from '../links/messages.ts';
import { Networks } from './networks.ts';
import { Recipients } from './recipients.ts';

interface Trusted extends TrustedClient {
  readonly isServed: boolean;
}

/** Asks the core. */
export type AskCore = <Value>(question: FrontQuestion) => Promise<Value>;

/**
 * The directory as the gateway asks it: domains and trusted clients from the core's last snapshot, recipients of a
 * tenant asked for once and kept. What the front knows it goes on knowing while the core is away.
 */
export class FrontDirectory implements Directory {
  readonly #ask: AskCore;
  readonly #recipients: Recipients;
  #domains = new Map<string, DomainEntry>();
  #trusted = new Networks<Trusted>([]);

  constructor(ask: AskCore) {
    this.#ask = ask;
    this.#recipients = new Recipients((tenant) => ask<readonly string[]>({ what: 'recipients', tenant }));
  }

  /**
   * Takes a new snapshot in place of the last one. Nothing is received for, and nothing taken from, a suspended tenant.
   * With the first one of a new line to the core recipients may be others too: what changed while there was none was not
   * told.
   */
  update({ domains, tenants, trusted }: FrontSnapshot, isFirst: boolean): void {
    const isServed = (tenant: TenantId) => tenants[tenant]?.suspended === false;
    this.#domains = new Map(Object.entries(domains).filter(([, { tenant }]) => isServed(tenant)));
    this.#trusted = new Networks(
      trusted.map(({ cidr, tenant, relayName }) => ({
        cidr,
        entry: { tenant, relayName, isServed: isServed(tenant) },
      })),
    );
    if (isFirst) this.#recipients.mayHaveChanged();
  }

  /** Recipients of the tenant are asked for again when they are next needed. */
  recipientsChanged(tenant: TenantId): void {
    this.#recipients.mayHaveChanged(tenant);
  }

  domainOf(domain: string): DomainEntry | null {
    return this.#domains.get(domain) ?? null;
  }

  /**
   * A suspended tenant sends nothing, and its address is not another's for that: where several share one, the others
   * still have to say who they are.
   */
  trusted(ip: string): readonly TrustedClient[] {
    const found = this.#trusted.find(ip);
    if (!found.some(({ isServed }) => isServed)) return [];
    return found.map(({ tenant, relayName, isServed }) => ({ tenant, relayName: isServed ? relayName : null }));
  }

  async recipient(tenant: TenantId, address: Address): Promise<RecipientAnswer> {
    if (this.domainOf(address.domain)?.recipientMode === 'ask') {
      const answer = await this.#ask<NextHopAnswer>({ what: 'ask-next-hop', tenant, address });
      return answer === 'unavailable' ? 'ask-later' : answer;
    }
    return (await this.#recipients.of(tenant)).has(addressKey(address)) ? 'known' : 'unknown';
  }
}
