import { type AuthLimits, authenticate, authFacts } from '@sekisho/message-auth';
import type { Clock, Resolver } from '@sekisho/ports';
import type { Inspector } from '../inspector.ts';

export interface AuthenticationMeans {
  readonly resolver: Resolver;
  readonly authservId: string;
  readonly clock: Clock;
  readonly limits: AuthLimits;
}

/**
 * `auth/spf`, `auth/dkim`, `auth/dmarc`, `auth/arc` of a reception. A submission comes from our own users before it is
 * signed, from an address that need not be in their domain's SPF record: asking would only accuse them.
 */
export function authentication(means: AuthenticationMeans): Inspector {
  return {
    name: 'auth/results',
    async inspect({ raw, envelope }) {
      if (envelope.direction !== 'reception') return [];
      const { ip, ehlo } = envelope.client;
      return authFacts(await authenticate(raw, { ip, ehlo, reversePath: envelope.reversePath }, means));
    },
  };
}
