import type { Resolver } from '@sekisho/ports';
import type { AuthLimits } from '../limits.ts';
import type { DkimResult, DmarcPolicy, DmarcResult, SpfResult } from '../results.ts';
import type { Authors } from './author-domains.ts';
import { type AppliedPolicy, discoverPolicy } from './discover-policy.ts';
import { organisationalDomain } from './organisational-domain.ts';

/** What other checks found; promises, so that the policy is asked for while they work. */
export interface Identifiers {
  readonly spf: Promise<SpfResult>;
  readonly dkim: Promise<readonly DkimResult[]>;
}

const STRENGTH: Readonly<Record<DmarcPolicy, number>> = { none: 0, quarantine: 1, reject: 2 };

/**
 * Compares the author's domain with the domains that SPF and DKIM vouch for (RFC 7489 §6.6.2). A message without one
 * clear author never passes, and the strictest policy of all its authors applies (§6.6.1).
 */
export async function evaluateDmarc(
  authors: Authors,
  found: Identifiers,
  resolver: Resolver,
  limits: Pick<AuthLimits, 'authorDomains'>,
): Promise<DmarcResult> {
  const domains = authors.domains.slice(0, limits.authorDomains);
  const asked = domains.map((domain) => discoverPolicy(domain, resolver));
  const [spf, dkim, ...policies] = await Promise.all([found.spf, found.dkim, ...asked]);
  const doubt = doubtAbout(authors);
  return doubt === null
    ? evaluateAuthor(domains[0]!, policies[0]!, spf, dkim)
    : refuseAuthors(domains, policies, doubt);
}

function doubtAbout({ fields, domains, unclear }: Authors): string | null {
  if (fields === 0) return 'no From field';
  if (fields > 1) return 'several From fields';
  if (domains.length > 1) return 'authors of several domains';
  return unclear || domains.length === 0 ? 'domain of the author is unclear' : null;
}

type Discovered = AppliedPolicy | null | 'temperror';

function evaluateAuthor(author: string, applied: Discovered, spf: SpfResult, dkim: readonly DkimResult[]): DmarcResult {
  const record = applied === 'temperror' ? undefined : applied?.record;
  const spfAligns = isAligned(spf.domain, author, record?.strictSpf);
  const aligned = dkim.filter(({ domain }) => isAligned(domain, author, record?.strictDkim));
  const whole = aligned.filter(({ result, partial }) => result === 'pass' && !partial);
  const facts = {
    domains: [author],
    alignedSpf: spfAligns && spf.result === 'pass',
    alignedDkim: [...new Set(whole.map(({ domain }) => domain))],
  };
  if (applied === 'temperror') return { result: 'temperror', reason: 'policy could not be looked up', ...facts };
  if (applied === null) return { result: 'none', reason: 'no policy published', ...facts };
  const policy = { ...describe(applied), ...facts };
  if (facts.alignedSpf || whole.length > 0) return { result: 'pass', ...policy };
  if ((spfAligns && spf.result === 'temperror') || aligned.some(({ result }) => result === 'temperror'))
    return { result: 'temperror', reason: 'an aligned check could not be made', ...policy };
  if (aligned.some(({ partial }) => partial))
    return { result: 'fail', reason: 'only part of the body is signed', ...policy };
  return { result: 'fail', reason: 'no aligned domain', ...policy };
}

function refuseAuthors(domains: readonly string[], policies: readonly Discovered[], reason: string): DmarcResult {
  const facts = { domains, alignedSpf: false, alignedDkim: [] };
  const known = policies.filter((policy) => policy !== null && policy !== 'temperror');
  const strictest = known.sort((a, b) => STRENGTH[b.policy] - STRENGTH[a.policy])[0];
  if (strictest) return { result: 'fail', reason, ...describe(strictest), ...facts };
  return { result: policies.includes('temperror') ? 'temperror' : 'permerror', reason, ...facts };
}

function describe({ policyDomain, policy, record }: AppliedPolicy) {
  return { policyDomain, policy, pct: record.pct, ...(record.testing && ({ testing: true } as const)) };
}

function isAligned(domain: string, author: string, strict = false): boolean {
  if (domain === author) return true;
  return !strict && domain !== '' && organisationalDomain(domain) === organisationalDomain(author);
}
