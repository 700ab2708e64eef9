import type { ReversePath } from '@sekisho/terms';
import type { Clock, Resolver } from '@sekisho/ports';
import { canonicalDomain } from '../domain-name.ts';
import { clip } from '../limits.ts';
import type { SpfResult } from '../results.ts';
import { HostCheck } from './host-check.ts';
import { parseClientAddress } from './ip-address.ts';

/** Who is at the other end, as SMTP said. */
export interface AuthClient {
  readonly ip: string;
  /** Argument of EHLO or HELO. */
  readonly ehlo: string;
  readonly reversePath: ReversePath;
}

/** What SPF needs from outside. */
export interface SpfOptions {
  readonly resolver: Resolver;
  readonly clock: Clock;
  /** Our own name, which records may put into explanations. */
  readonly authservId: string;
}

/** Checks the client against the domain of its reverse-path, or of EHLO when that is null (RFC 7208). Never throws. */
export async function checkSpf(client: AuthClient, options: SpfOptions): Promise<SpfResult> {
  const identity = client.reversePath === null ? 'helo' : 'mailfrom';
  const claimed = client.reversePath?.domain ?? client.ehlo;
  const domain = canonicalDomain(claimed);
  const ip = parseClientAddress(client.ip);
  if (domain === null || !domain.includes('.') || parseClientAddress(domain) !== null)
    return { result: 'none', domain: '', identity, reason: 'no domain name to check' };
  if (ip === null) return { result: 'permerror', domain, identity, reason: 'address of the client is unknown' };
  const check = new HostCheck({
    ip,
    readableIp: ip.length === 4 ? ip.join('.') : client.ip,
    domain,
    localPart: client.reversePath?.localPart || 'postmaster',
    ehlo: client.ehlo,
    receiver: options.authservId,
    now: options.clock.now(),
    resolver: options.resolver,
  });
  const { result, mechanism, reason } = await check.run();
  const explanation = result === 'fail' ? await check.explanation() : null;
  return {
    result,
    domain,
    identity,
    ...(mechanism !== undefined && { mechanism: clip(mechanism) }),
    ...(reason !== undefined && { reason: clip(reason) }),
    ...(explanation !== null && { explanation: clip(explanation) }),
  };
}
