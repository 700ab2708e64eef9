declare const brand: unique symbol;
type Branded<T, Name extends string> = T & { readonly [brand]: Name };

/** A customer's closed world. Never reused, never derived from a name. */
export type TenantId = Branded<string, 'TenantId'>;

/**
 * Name of one record in the spool, and for ever the name of the message it holds: front, segment and offset in
 * Crockford base 32 (15 lower-case characters), so that it sorts by time within one front.
 */
export type SpoolId = Branded<string, 'SpoolId'>;

const TENANT_ID = /^[a-z0-9]{10,32}$/;
const SPOOL_ID = /^[0-9a-hjkmnp-tv-z]{15}$/;

/** The id if it has the form of one, else `null`. */
export function parseTenantId(text: string): TenantId | null {
  return TENANT_ID.test(text) ? (text as TenantId) : null;
}

/** The id if it has the form of one, else `null`. */
export function parseSpoolId(text: string): SpoolId | null {
  return SPOOL_ID.test(text) ? (text as SpoolId) : null;
}

const DIGITS = '0123456789abcdefghjkmnpqrstvwxyz';

function base32(value: number, width: number): string {
  let text = '';
  for (let rest = value; text.length < width; rest = Math.floor(rest / 32)) text = DIGITS[rest % 32] + text;
  return text;
}

/** Records begin on multiples of this many octets. */
export const SPOOL_ALIGNMENT_OCTETS = 64;

/** Makes a spool id: `front` 0–31, `segment` a millisecond number that is never used twice, `offset` in octets. */
export function formatSpoolId(front: number, segment: number, offset: number): SpoolId {
  return (base32(front, 1) + base32(segment, 9) + base32(offset / SPOOL_ALIGNMENT_OCTETS, 5)) as SpoolId;
}

/** Front, segment and offset of a spool id. */
export function readSpoolId(id: SpoolId): {
  readonly front: number;
  readonly segment: number;
  readonly offset: number;
} {
  const number = (from: number, to: number) =>
    [...id.slice(from, to)].reduce((sum, c) => sum * 32 + DIGITS.indexOf(c), 0);
  return { front: number(0, 1), segment: number(1, 10), offset: number(10, 15) * SPOOL_ALIGNMENT_OCTETS };
}
