import type { ReversePath, TenantId } from '@sekisho/terms';
import type { TrustedClient } from './ports.ts';

/** Whose mail a client may submit: nobody's, one tenant's, or one of several tenants' without proof of which. */
export type Standing =
  | { readonly kind: 'untrusted' | 'unproven' }
  | { readonly kind: 'trusted'; readonly tenant: TenantId };

const UNTRUSTED: Standing = Object.freeze({ kind: 'untrusted' });
const UNPROVEN: Standing = Object.freeze({ kind: 'unproven' });

/**
 * Decides whose mail a transaction is. A client that one tenant trusts submits that tenant's mail. Behind an address
 * that several tenants share, the EHLO name has to be one tenant's relay name and the sender's domain has to be that
 * tenant's; a null path has no domain, so there the relay name decides.
 */
export function standingOf(about: {
  readonly trusted: readonly TrustedClient[];
  readonly reversePath: ReversePath;
  readonly ehlo: string;
  /** Owner of a domain, `null` for one that is not ours. */
  readonly ownerOf: (domain: string) => TenantId | null;
}): Standing {
  const [first] = about.trusted;
  if (first === undefined) return UNTRUSTED;
  if (about.trusted.every((each) => each.tenant === first.tenant)) return { kind: 'trusted', tenant: first.tenant };
  const ehlo = about.ehlo.toLowerCase();
  const owner = about.reversePath === null ? undefined : about.ownerOf(about.reversePath.domain);
  const proven = new Set(
    about.trusted
      .filter((each) => each.relayName?.toLowerCase() === ehlo && (owner === undefined || owner === each.tenant))
      .map((each) => each.tenant),
  );
  const [tenant] = proven;
  return proven.size === 1 && tenant !== undefined ? { kind: 'trusted', tenant } : UNPROVEN;
}
