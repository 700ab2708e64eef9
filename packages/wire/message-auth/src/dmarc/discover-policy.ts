import type { Resolver } from '@sekisho/ports';
import { lookUp, lookUpText } from '../look-up.ts';
import type { DmarcPolicy } from '../results.ts';
import { organisationalDomain } from './organisational-domain.ts';
import { type DmarcRecord, isDmarcRecord, parseDmarcRecord } from './record.ts';

/** The policy that applies to an author's domain, and where it was found. */
export interface AppliedPolicy {
  readonly record: DmarcRecord;
  readonly policyDomain: string;
  /** What is asked for this very domain: p=, sp= or np=. */
  readonly policy: DmarcPolicy;
}

/**
 * Asks the author's domain, then its organisational domain (RFC 7489 §6.6.3). `null` when neither has a policy,
 * `temperror` when nobody could say.
 */
export async function discoverPolicy(domain: string, resolver: Resolver): Promise<AppliedPolicy | null | 'temperror'> {
  const own = await publishedRecord(domain, resolver);
  if (own === 'temperror' || own === null) return own;
  if (own !== 'absent') return { record: own, policyDomain: domain, policy: own.policy };
  const parent = organisationalDomain(domain);
  const inherited = parent === domain ? 'absent' : await publishedRecord(parent, resolver);
  if (inherited === 'temperror' || inherited === null) return inherited;
  if (inherited === 'absent') return null;
  const absence = inherited.absentPolicy ? await lookUp(resolver, domain, 'A') : [];
  if (absence === 'unknown') return 'temperror';
  const policy = (absence === 'no-name' && inherited.absentPolicy) || inherited.subdomainPolicy;
  return { record: inherited, policyDomain: parent, policy };
}

/** The one record of a domain; several, or an unusable one, mean that there is no policy and nobody else is asked. */
async function publishedRecord(
  domain: string,
  resolver: Resolver,
): Promise<DmarcRecord | null | 'absent' | 'temperror'> {
  const answer = await lookUpText(resolver, `_dmarc.${domain}`);
  if (answer === 'unknown') return 'temperror';
  const records = typeof answer === 'string' ? [] : answer.filter(isDmarcRecord);
  if (records.length === 0) return 'absent';
  return records.length === 1 ? parseDmarcRecord(records[0]!) : null;
}
