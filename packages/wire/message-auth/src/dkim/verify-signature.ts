import { createHash, verify } from 'node:crypto';
import type { Resolver } from '@sekisho/ports';
import { clip } from '../limits.ts';
import { lookUpText } from '../look-up.ts';
import type { DkimOutcome, DkimResult } from '../results.ts';
import { canonicalHeader, signatureGap } from './canonical-header.ts';
import { type DkimKey, parseKeyRecord, type UnusableKey } from './key-record.ts';
import { identityDomain, keyName, type Signature } from './parse-signature.ts';
import type { SignedMessage } from './signed-message.ts';

interface Verdict {
  readonly result: DkimOutcome;
  readonly reason?: string;
  readonly keyBits?: number;
  readonly testing?: true;
}

/**
 * Verifies one signature (RFC 6376 §6.1). What needs no look-up comes first, and before all whether it has expired: then
 * nothing else about it matters. Never throws.
 */
export async function verifySignature(
  message: SignedMessage,
  signature: Signature,
  resolver: Resolver,
  nowMs: number,
): Promise<DkimResult> {
  const result = (verdict: Verdict, unsigned = 0): DkimResult => ({
    ...verdict,
    domain: signature.domain,
    selector: signature.selector,
    identity: clip(signature.identity),
    algorithm: clip(signature.algorithm),
    signature: signature.signature.slice(0, 8),
    ...(unsigned > 0 ? { partial: true, unsignedOctets: unsigned } : {}),
  });
  if (signature.expiresAt !== null && signature.expiresAt * 1000 < nowMs)
    return result({ result: 'fail', reason: 'signature expired' });
  if (signature.fault) return result({ result: 'permerror', reason: signature.fault });
  const { digest, canonicalOctets } = message.bodyHash(signature.bodyCanonicalization, signature.bodyOctets);
  const unsigned = canonicalOctets - (signature.bodyOctets ?? canonicalOctets);
  if (unsigned < 0) return result({ result: 'permerror', reason: 'l= exceeds the body' });
  if (digest !== signature.bodyHash) return result({ result: 'fail', reason: 'body hash did not verify' }, unsigned);
  const key = await publishedKey(keyName(signature), resolver);
  return result('result' in key ? key : verifyWith(key, message, signature), unsigned);
}

async function publishedKey(name: string, resolver: Resolver): Promise<DkimKey | UnusableKey | Verdict> {
  const records = await lookUpText(resolver, name);
  if (records === 'unknown') return { result: 'temperror', reason: 'key could not be looked up' };
  if (typeof records === 'string' || records.length === 0) return { result: 'permerror', reason: 'no key published' };
  return parseKeyRecord(records.find((record) => /(^|;)\s*p\s*=/.test(record)) ?? records[0]!);
}

function verifyWith(key: DkimKey | UnusableKey, message: SignedMessage, signature: Signature): Verdict {
  const testing = key.testing ? ({ testing: true } as const) : {};
  if ('unusable' in key) return { result: 'permerror', reason: key.unusable, ...testing };
  const facts = { keyBits: key.bits, ...testing };
  if (`${key.type}-sha256` !== signature.algorithm)
    return { result: 'permerror', reason: 'key is of another algorithm', ...facts };
  if (key.strictIdentity && identityDomain(signature.identity) !== signature.domain)
    return { result: 'permerror', reason: 'key does not allow i= below d=', ...facts };
  if (!holds(key, message, signature)) return { result: 'fail', reason: 'signature did not verify', ...facts };
  return { result: 'pass', ...facts };
}

function holds(key: DkimKey, message: SignedMessage, signature: Signature): boolean {
  const signed = canonicalHeader(
    message.raw,
    message.signedFields(signature.signedNames, signature.field),
    signature.field,
    signatureGap(message.raw, signature.field),
    signature.headerCanonicalization,
  );
  const octets = Buffer.from(signature.signature, 'base64');
  try {
    if (key.type === 'rsa') return verify('sha256', signed, key.key, octets);
    return verify(null, createHash('sha256').update(signed).digest(), key.key, octets);
  } catch {
    return false;
  }
}
