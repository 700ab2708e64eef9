import type { Clock, Resolver } from '@sekisho/ports';
import { verifyArc } from './arc/verify-arc.ts';
import { SignedMessage } from './dkim/signed-message.ts';
import { verifyDkimOf } from './dkim/verify-dkim.ts';
import { authorDomains } from './dmarc/author-domains.ts';
import { evaluateDmarc } from './dmarc/evaluate-dmarc.ts';
import { scanHeader } from './header/scan-header.ts';
import { type AuthLimits, defaultAuthLimits } from './limits.ts';
import { resolverWithDeadline } from './resolver-with-deadline.ts';
import type { AuthResult } from './results.ts';
import { type AuthClient, checkSpf } from './spf/check-spf.ts';

/** What authentication needs from outside. */
export interface AuthOptions {
  /** Should remember answers: the same records are asked for again and again. */
  readonly resolver: Resolver;
  /** The name under which this installation reports (RFC 8601 §2.5). */
  readonly authservId: string;
  readonly clock: Clock;
  readonly limits?: Partial<AuthLimits>;
}

/**
 * Finds out who sent a message: SPF, DKIM, DMARC and ARC, all at once. Never throws for what a sender or DNS does; what
 * could not be looked up in time is a `temperror`.
 */
export async function authenticate(raw: Buffer, client: AuthClient, options: AuthOptions): Promise<AuthResult> {
  const { authservId, clock } = options;
  const limits = { ...defaultAuthLimits, ...options.limits };
  const resolver = resolverWithDeadline(options.resolver, limits.deadlineMs);
  try {
    const message = new SignedMessage(raw, scanHeader(raw));
    const spf = checkSpf(client, { resolver, clock, authservId });
    const dkim = verifyDkimOf(message, { resolver, clock, limits });
    const dmarc = evaluateDmarc(authorDomains(message), { spf, dkim }, resolver, limits);
    const arc = verifyArc(message, { resolver, clock, limits });
    const results = await Promise.all([spf, dkim, dmarc, arc]);
    return { spf: results[0], dkim: results[1], dmarc: results[2], arc: results[3] };
  } finally {
    resolver.done();
  }
}
