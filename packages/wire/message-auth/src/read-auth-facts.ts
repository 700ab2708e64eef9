import type { Fact } from '@sekisho/terms';
import { z } from 'zod';
import type { AuthResult } from './results.ts';

const text = z.string().max(1000);
const reason = text.exactOptional();
const yes = z.literal(true).exactOptional();

const results = z.object({
  'auth/spf': z.object({
    result: z.enum(['none', 'neutral', 'pass', 'fail', 'softfail', 'temperror', 'permerror']),
    domain: text,
    identity: z.enum(['mailfrom', 'helo']),
    mechanism: z.string().exactOptional(),
    reason: z.string().exactOptional(),
    explanation: z.string().exactOptional(),
  }),
  'auth/dkim': z.array(
    z.object({
      result: z.enum(['pass', 'fail', 'policy', 'neutral', 'temperror', 'permerror']),
      reason,
      domain: text,
      selector: text,
      identity: z.string(),
      algorithm: z.string(),
      signature: text,
      keyBits: z.number().exactOptional(),
      testing: yes,
      partial: yes,
      unsignedOctets: z.number().exactOptional(),
    }),
  ),
  'auth/dmarc': z.object({
    result: z.enum(['none', 'pass', 'fail', 'temperror', 'permerror']),
    reason,
    domains: z.array(text),
    policyDomain: text.exactOptional(),
    policy: z.enum(['none', 'quarantine', 'reject']).exactOptional(),
    pct: z.number().exactOptional(),
    testing: yes,
    alignedSpf: z.boolean(),
    alignedDkim: z.array(text),
  }),
  'auth/arc': z.object({
    result: z.enum(['none', 'pass', 'fail', 'temperror']),
    reason: z.string().exactOptional(),
    instance: z.number().exactOptional(),
    sealers: z.array(z.string()).exactOptional(),
  }),
});

/** The inverse of `authFacts` for facts that crossed a border; `null` when they are not what `authFacts` makes. */
export function readAuthFacts(facts: readonly Fact[]): AuthResult | null {
  const read = results.safeParse(Object.fromEntries(facts.map(({ name, value }) => [name, value])));
  if (!read.success) return null;
  const { 'auth/spf': spf, 'auth/dkim': dkim, 'auth/dmarc': dmarc, 'auth/arc': arc } = read.data;
  return { spf, dkim, dmarc, arc };
}
