import type { Fact, Json } from '@sekisho/terms';
import type { AuthResult } from './results.ts';

/** What policy may decide on: `auth/spf`, `auth/dkim` (a list), `auth/dmarc` and `auth/arc`. */
export function authFacts(result: AuthResult): Fact[] {
  return [
    { name: 'auth/spf', value: { ...result.spf } },
    { name: 'auth/dkim', value: result.dkim.map((signature): Json => ({ ...signature })) },
    { name: 'auth/dmarc', value: { ...result.dmarc } },
    { name: 'auth/arc', value: { ...result.arc } },
  ];
}
