import type { Fact, Json } from '@sekisho/terms';
import { bookFacts, type FactBook, memberOf, textOf } from './subject.ts';

/** Names of the facts that conditions read. Whoever inspects reports under these names. */
export const FACT = {
  /** `{state}`: `clean`, `infected`, `unscannable` or `not-scanned`. */
  antivirus: 'antivirus/verdict',
  /** `{result, policy}` (RFC 7489 §11.2, §6.3). */
  dmarc: 'auth/dmarc',
  /** `{kind}`: several readings of one structure. */
  ambiguity: 'message/ambiguity',
  /** The name of a limit, or `{limit}`. */
  overLimit: 'message/over-limit',
  /** Octets of the raw message. */
  size: 'message/size',
  /** `{field name in lower case: [decoded values]}`. */
  fields: 'message/fields',
  /** `{type, name}` by content. */
  attachmentType: 'attachment/type',
  /** Present when an attachment cannot be opened without a password. */
  encrypted: 'attachment/encrypted',
  /** Present when nobody could inspect the message. */
  failed: 'inspection/failed',
} as const;

/** True when one of the facts under the name has one of these texts under `key` (or is one of them). */
export function someFact(book: FactBook, name: string, key: string, wanted: readonly string[]): boolean {
  return (book.get(name) ?? []).some((value) => wanted.includes(textOf(value, key) ?? ''));
}

/** True when a fact of the name is there and does not say `false`, nothing, or an empty list. */
export function isTold(book: FactBook, name: string): boolean {
  return (book.get(name) ?? []).some(
    (value) => value !== null && value !== false && !(Array.isArray(value) && value.length === 0),
  );
}

/** True when antivirus found something; such a message is let go only by force. */
export function isInfected(facts: readonly Fact[]): boolean {
  return someFact(bookFacts(facts), FACT.antivirus, 'state', ['infected']);
}

/** True when two values are the same JSON, the order of members aside. */
export function isSameJson(one: Json | undefined, other: Json): boolean {
  if (one === undefined || one === null || other === null || typeof one !== 'object' || typeof other !== 'object')
    return one === other;
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const keys = Object.keys(one);
  return (
    keys.length === Object.keys(other).length &&
    keys.every((key) => {
      const value = memberOf(other, key);
      return value !== undefined && isSameJson(memberOf(one, key), value);
    })
  );
}
