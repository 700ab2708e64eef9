import { canonicalDomain, isWithin } from '../domain-name.ts';
import type { HeaderField } from '../header/scan-header.ts';
import { colonList, parseTagList, withoutFolding } from '../tag-list.ts';
import type { Canonicalization } from './canonical-header.ts';

/** The field that carries a signature: DKIM-Signature (RFC 6376) or ARC-Message-Signature (RFC 8617 §4.1.2). */
export type SignatureKind = 'dkim' | 'arc';

/** A signature's field as values. What could not be read is empty, and `fault` says why it cannot hold. */
export interface Signature {
  readonly field: HeaderField;
  readonly fault: string | null;
  readonly algorithm: string;
  readonly headerCanonicalization: Canonicalization;
  readonly bodyCanonicalization: Canonicalization;
  readonly domain: string;
  readonly selector: string;
  /** i= decoded; for DKIM `@domain` when absent. */
  readonly identity: string;
  readonly signedNames: readonly string[];
  readonly bodyHash: string;
  readonly signature: string;
  /** l= */
  readonly bodyOctets: number | null;
  /** x= in seconds since 1970. */
  readonly expiresAt: number | null;
}

const REQUIRED = { dkim: ['v', 'a', 'b', 'bh', 'd', 'h', 's'], arc: ['i', 'a', 'b', 'bh', 'd', 'h', 's'] } as const;
const ALGORITHMS = ['rsa-sha256', 'ed25519-sha256'];
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;
/** Of i=: a dot-string, a quoted string, or nothing. */
const LOCAL_PART =
  /^(?:(?:[\w!#$%&'*+\-/=?^`{|}~]|[^\x00-\x7f])+(?:\.(?:[\w!#$%&'*+\-/=?^`{|}~]|[^\x00-\x7f])+)*|"(?:[^"\\\r\n]|\\.)*")?$/;
const SECONDS = /^[0-9]{1,12}$/;
const OCTETS = /^[0-9]{1,76}$/;

/** Reads a signature's field and checks all that can be checked without key and body (RFC 6376 §3.5, §6.1.1). */
export function parseSignature(raw: Buffer, field: HeaderField, kind: SignatureKind): Signature {
  const list = parseTagList(raw.toString('utf8', field.valueStart, field.end));
  const tag = (name: string): string => list.tags.get(name) ?? '';
  const seconds = (name: string): number | null => (SECONDS.test(tag(name)) ? Number(tag(name)) : null);
  const [headerWay = '', bodyWay = 'simple', tooMany] = (list.tags.get('c') ?? 'simple').toLowerCase().split('/');
  const domain = parseName(tag('d'));
  const signature = {
    field,
    algorithm: tag('a').toLowerCase(),
    headerCanonicalization: headerWay === 'relaxed' ? 'relaxed' : 'simple',
    bodyCanonicalization: bodyWay === 'relaxed' ? 'relaxed' : 'simple',
    domain,
    selector: parseName(tag('s')),
    identity: list.tags.has('i') ? decodeIdentity(tag('i')) : `@${domain}`,
    signedNames: colonList(tag('h')),
    bodyHash: withoutFolding(tag('bh')),
    signature: withoutFolding(tag('b')),
    bodyOctets: OCTETS.test(tag('l')) ? Number(tag('l')) : null,
    expiresAt: seconds('x'),
  } as const;

  function findFault(): string | null {
    if (list.fault) return list.fault;
    const missing = REQUIRED[kind].find((name) => !list.tags.has(name));
    if (missing) return `no ${missing}=`;
    if (kind === 'dkim' && tag('v') !== '1') return 'unknown version';
    if (signature.algorithm === 'rsa-sha1') return 'rsa-sha1 is no longer accepted';
    if (!ALGORITHMS.includes(signature.algorithm)) return 'unknown algorithm';
    if (!isWay(headerWay) || !isWay(bodyWay) || tooMany !== undefined) return 'unknown canonicalization';
    if (!domain.includes('.') || signature.selector === '') return 'malformed d= or s=';
    if (canonicalDomain(keyName(signature)) === null) return 'name of the key is too long';
    for (const name of ['t', 'x']) if (list.tags.has(name) && seconds(name) === null) return `malformed ${name}=`;
    if (list.tags.has('l') && signature.bodyOctets === null) return 'malformed l=';
    if (list.tags.has('q') && !colonList(tag('q')).includes('dns/txt')) return 'unknown query method';
    if (kind === 'dkim' && !isIdentityWithin(signature.identity, domain)) return 'i= is not within d=';
    if (seconds('t') !== null && signature.expiresAt !== null && signature.expiresAt <= seconds('t')!)
      return 'x= is not after t=';
    if (!signature.signedNames.includes('from')) return 'From is not signed';
    if (!BASE64.test(signature.signature)) return 'malformed b=';
    return null;
  }
  return { ...signature, fault: findFault() };
}

/** Where the public key of a signature is published (RFC 6376 §3.6.2.1). */
export function keyName(signature: { readonly selector: string; readonly domain: string }): string {
  return `${signature.selector}._domainkey.${signature.domain}`;
}

/** The domain of i=, canonical; `null` when it has none. */
export function identityDomain(identity: string): string | null {
  const at = identity.lastIndexOf('@');
  return at < 0 ? null : canonicalDomain(identity.slice(at + 1));
}

function isIdentityWithin(identity: string, domain: string): boolean {
  const below = identityDomain(identity);
  return below !== null && isWithin(below, domain) && LOCAL_PART.test(identity.slice(0, identity.lastIndexOf('@')));
}

/** Names in a signature have no final dot. */
function parseName(text: string): string {
  return text.endsWith('.') ? '' : (canonicalDomain(text) ?? '');
}

function isWay(text: string): boolean {
  return text === 'simple' || text === 'relaxed';
}

/** dkim-quoted-printable (RFC 6376 §2.11). */
function decodeIdentity(value: string): string {
  const text = withoutFolding(value);
  if (!text.includes('=')) return text;
  const octets = Buffer.from(text, 'utf8').toString('latin1');
  const decoded = octets.replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(decoded, 'latin1').toString('utf8');
}
