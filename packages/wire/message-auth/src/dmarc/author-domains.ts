import type { SignedMessage } from '../dkim/signed-message.ts';
import { canonicalDomain } from '../domain-name.ts';
import { addressesIn } from './addresses-in.ts';

/** Who wrote a message, as far as DMARC asks (RFC 7489 §6.6.1). */
export interface Authors {
  /** Number of From fields; a proper message has one. */
  readonly fields: number;
  /** Every domain that some reader might show, canonical, without repetition. */
  readonly domains: readonly string[];
  /** Some author has no domain, or one that cannot be read with certainty. */
  readonly unclear: boolean;
}

/** Collects the domains of all authors. Where readers might differ, all readings count and `unclear` is set. */
export function authorDomains(message: SignedMessage): Authors {
  const fields = message.fieldsNamed('from');
  const domains = new Set<string>();
  let unclear = false;
  for (const { valueStart, end } of fields) {
    const { addresses, malformed } = addressesIn(message.raw.toString('utf8', valueStart, end));
    if (malformed || addresses.length === 0) unclear = true;
    for (const address of addresses) {
      const parts = withoutRoute(address).split('@').slice(1);
      if (parts.length !== 1 || address.includes('=?')) unclear = true;
      for (const part of parts) {
        const domain = canonicalDomain(part.trim());
        if (domain === null) unclear = true;
        else domains.add(domain);
      }
    }
  }
  return { fields: fields.length, domains: [...domains], unclear };
}

/** Leaves an obsolete source route out (RFC 5322 §4.4): `@relay.example:user@example.jp`. */
function withoutRoute(address: string): string {
  return address.startsWith('@') ? address.slice(address.lastIndexOf(':') + 1) : address;
}
