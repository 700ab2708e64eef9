import type { Resolver } from '@sekisho/ports';
import { dkimVerify } from 'mailauth/lib/dkim/verify.js';
import { verifyDkim } from '../dkim/verify-dkim.ts';
import { type ExplainedDifference, explainedDifferences } from './explained-differences.ts';

/** How the two verifiers differ over one message. */
export interface Comparison {
  /** Classes of the table that applied. */
  readonly explained: readonly ExplainedDifference[];
  /** What no class of the table explains. */
  readonly unexplained: readonly string[];
  /** What we say of each signature. */
  readonly results: readonly string[];
}

/** Asks mailauth, in its strict mode, and us about every signature of a message. */
export async function compareWithMailauth(raw: Buffer, resolver: Resolver, now: number): Promise<Comparison> {
  const clock = { now: () => now, monotonic: () => 0 };
  const ours = await verifyDkim(raw, { resolver, clock, limits: { signatures: 1000 } });
  const theirs = await mailauthResults(raw, resolver, now);
  const explained: ExplainedDifference[] = [];
  const unexplained: string[] = [];
  for (let i = 0; i < Math.max(ours.length, typeof theirs === 'string' ? 0 : theirs.length); i++) {
    const our = ours[i] ? `${ours[i]!.result}: ${ours[i]!.reason ?? ''}` : 'none';
    const their = typeof theirs === 'string' ? theirs : (theirs[i] ?? 'none');
    if (isSame(our, their)) continue;
    const found = explainedDifferences.find(
      ({ ours, theirs, when }) => ours.test(our) && theirs.test(their) && (!when || when.test(raw.toString('latin1'))),
    );
    if (found) explained.push(found);
    else unexplained.push(`ours "${our}", mailauth's "${their}"`);
  }
  return { explained, unexplained, results: ours.map(({ result }) => result) };
}

/** "outcome: reason" of each signature, or one such text when mailauth gives up on the message. */
async function mailauthResults(raw: Buffer, resolver: Resolver, now: number): Promise<string[] | string> {
  try {
    const { results } = await dkimVerify(raw, {
      resolver: async (name, type) => (await resolver.resolve(name, type as 'TXT')) as string[][],
      strict: true,
      curTime: new Date(now),
    });
    const signatures = results.filter(({ status }) => status.result !== 'none');
    return signatures.map(({ status }) => {
      const rules = status.policy as Record<string, string> | undefined;
      return `${status.result}: ${status.comment ?? rules?.['dkim-rules'] ?? ''}`;
    });
  } catch (cause) {
    return `threw: ${(cause as Error).message}`;
  }
}

function isSame(ours: string, theirs: string): boolean {
  const outcome = (text: string) => text.slice(0, text.indexOf(':'));
  return outcome(ours) === outcome(theirs);
}
