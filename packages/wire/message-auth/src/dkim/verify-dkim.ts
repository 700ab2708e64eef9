import type { Clock, Resolver } from '@sekisho/ports';
import { scanHeader } from '../header/scan-header.ts';
import { type AuthLimits, defaultAuthLimits } from '../limits.ts';
import type { DkimResult } from '../results.ts';
import { parseSignature } from './parse-signature.ts';
import { SignedMessage } from './signed-message.ts';
import { verifySignature } from './verify-signature.ts';

/** What verification needs from outside. */
export interface VerifyOptions {
  readonly resolver: Resolver;
  readonly clock: Clock;
  readonly limits?: Pick<AuthLimits, 'signatures'>;
}

/** Verifies the DKIM signatures of a message (RFC 6376), top to bottom; none for an unsigned one. Never throws. */
export function verifyDkim(raw: Buffer, options: VerifyOptions): Promise<DkimResult[]> {
  return verifyDkimOf(new SignedMessage(raw, scanHeader(raw)), options);
}

/** {@link verifyDkim} for a message that has been scanned already. */
export async function verifyDkimOf(
  message: SignedMessage,
  { resolver, clock, limits = defaultAuthLimits }: VerifyOptions,
): Promise<DkimResult[]> {
  const now = clock.now();
  const fields = message.fieldsNamed('dkim-signature');
  const results = await Promise.all(
    fields
      .slice(0, limits.signatures)
      .map((field) => verifySignature(message, parseSignature(message.raw, field, 'dkim'), resolver, now)),
  );
  if (fields.length > limits.signatures) results.push(notVerified(fields.length - limits.signatures));
  return results;
}

/** One result for all signatures beyond the limit, so that their number costs nothing later either. */
function notVerified(count: number): DkimResult {
  const reason = `${count} further signatures not verified`;
  return { result: 'policy', reason, domain: '', selector: '', identity: '', algorithm: '', signature: '' };
}
