import { createPublicKey, type KeyObject } from 'node:crypto';
import { BoundedCache } from '../bounded-cache.ts';
import { colonList, parseTagList, withoutFolding } from '../tag-list.ts';

/** A public key as DNS publishes it (RFC 6376 §3.6.1, RFC 8463 §4). */
export interface DkimKey {
  readonly type: 'rsa' | 'ed25519';
  readonly key: KeyObject;
  readonly bits: number;
  /** t=y */
  readonly testing: boolean;
  /** t=s: i= must be of the very domain, not below it. */
  readonly strictIdentity: boolean;
}

/** Why a record holds no key that could verify our mail. */
export interface UnusableKey {
  readonly unusable: string;
  readonly testing: boolean;
}

/** Bounds of RSA keys in bits: below is refused (RFC 8301 §3.2), above costs too much to verify. */
const RSA_BITS = { least: 1024, most: 8192 };
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;
const ED25519_SPKI = Buffer.from('302a300506032b6570032100', 'hex');
const SEQUENCE = 0x30;
const INTEGER = 0x02;

const parsed = new BoundedCache<DkimKey | UnusableKey>(2000);

/** Reads a key record. The same text is parsed once. */
export function parseKeyRecord(text: string): DkimKey | UnusableKey {
  return parsed.get(text, parse);
}

function parse(text: string): DkimKey | UnusableKey {
  const { tags, first, fault } = parseTagList(text);
  const flags = colonList(tags.get('t') ?? '');
  const testing = flags.includes('y');
  const no = (unusable: string): UnusableKey => ({ unusable, testing });
  if (fault) return no(`malformed key record: ${fault}`);
  if (tags.has('v') && (tags.get('v') !== 'DKIM1' || first !== 'v')) return no('unknown version of key record');
  const published = withoutFolding(tags.get('p') ?? 'absent:');
  if (published === '') return no('key revoked');
  if (!BASE64.test(published)) return no('malformed key');
  if (tags.has('h') && !colonList(tags.get('h')!).includes('sha256')) return no('key is not for sha256');
  const services = colonList(tags.get('s') ?? '*');
  if (!services.includes('*') && !services.includes('email')) return no('key is not for mail');
  const type = withoutFolding(tags.get('k') ?? 'rsa').toLowerCase();
  if (type !== 'rsa' && type !== 'ed25519') return no('unknown type of key');
  const key = readKey(type, Buffer.from(published, 'base64'));
  if (key === null || key.asymmetricKeyType !== type) return no('malformed key');
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 256;
  if (type === 'rsa' && bits < RSA_BITS.least) return no(`RSA key of ${bits} bits is too short`);
  if (type === 'rsa' && bits > RSA_BITS.most) return no(`RSA key of ${bits} bits is too long`);
  return { type, key, bits, testing, strictIdentity: flags.includes('s') };
}

function readKey(type: DkimKey['type'], der: Buffer): KeyObject | null {
  try {
    if (type === 'rsa') return createPublicKey({ key: der, format: 'der', type: isBareRsa(der) ? 'pkcs1' : 'spki' });
    if (der.length !== 32) return null;
    return createPublicKey({ key: Buffer.concat([ED25519_SPKI, der]), format: 'der', type: 'spki' });
  } catch {
    return null;
  }
}

/** RFC 6376 asks for a bare RSAPublicKey (two integers); nearly everybody publishes a SubjectPublicKeyInfo. */
function isBareRsa(der: Buffer): boolean {
  const inner = (der[1] ?? 0) < 0x80 ? 2 : 2 + (der[1]! & 0x7f);
  return der[0] === SEQUENCE && der[inner] === INTEGER;
}
