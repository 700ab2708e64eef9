import { type Clock, DnsError, type Resolver } from '@sekisho/ports';
import { NO_GAP, relaxField } from '../dkim/canonical-header.ts';
import { parseSignature } from '../dkim/parse-signature.ts';
import type { SignedMessage } from '../dkim/signed-message.ts';
import { verifySignature } from '../dkim/verify-signature.ts';
import type { HeaderField } from '../header/scan-header.ts';
import { type AuthLimits, clip } from '../limits.ts';
import type { ArcResult } from '../results.ts';

const NAMES = ['arc-seal', 'arc-message-signature', 'arc-authentication-results'];

/** What verification needs from outside. */
export interface ArcOptions {
  readonly resolver: Resolver;
  readonly clock: Clock;
  readonly limits: Pick<AuthLimits, 'arcOctets'>;
}

/**
 * Verifies the ARC chain (RFC 8617 §5.2): mailauth checks its structure and seals, our own verifier the newest message
 * signature. Never throws.
 */
export async function verifyArc(message: SignedMessage, { resolver, clock, limits }: ArcOptions): Promise<ArcResult> {
  const fields = message.header.fields.filter(({ name }) => NAMES.includes(name));
  if (fields.length === 0) return { result: 'none' };
  if (fields.reduce((sum, { start, end }) => sum + end - start, 0) > limits.arcOctets)
    return { result: 'fail', reason: 'ARC fields are too large' };
  const { getARChain, verifyASChain } = await import('mailauth/lib/arc/index.js');
  const rows = fields.map((field) => ({ key: field.name, line: relaxedField(message.raw, field) }));
  let unreachable = false;
  const resolve = async (name: string, type: string) => {
    try {
      return (await resolver.resolve(name, type as 'TXT')) as string[][];
    } catch (cause) {
      if (!(cause instanceof DnsError) || cause.isTemporary) unreachable = true;
      throw cause;
    }
  };
  try {
    const chain = getARChain({ parsed: rows }, { strict: true });
    if (!chain) return { result: 'none' };
    const instance = chain.length;
    const sealers = chain.map((set) => clip(String(set['arc-seal']?.parsed?.d?.value ?? '')));
    const signatures = message.fieldsNamed('arc-message-signature');
    const newest = signatures
      .map((field) => parseSignature(message.raw, field, 'arc'))
      .find(({ identity }) => Number(identity) === instance)!;
    const { result, reason } = await verifySignature(message, newest, resolver, clock.now());
    if (result === 'temperror') return { result: 'temperror', reason: 'key could not be looked up', instance, sealers };
    if (result !== 'pass') return { result: 'fail', reason: `newest signature: ${reason}`, instance, sealers };
    await verifyASChain({ chain }, { resolver: resolve, strict: true });
    return { result: 'pass', instance, sealers };
  } catch (cause) {
    if (unreachable) return { result: 'temperror', reason: 'key could not be looked up' };
    return { result: 'fail', reason: clip((cause as Error).message) };
  }
}

/** Seals are made over relaxed fields, and mailauth's time grows with the square of a run of white space. */
function relaxedField(raw: Buffer, field: HeaderField): Buffer {
  const out = Buffer.allocUnsafe(field.end - field.start + 1);
  return out.subarray(0, relaxField(raw, field, NO_GAP, out, 0));
}
