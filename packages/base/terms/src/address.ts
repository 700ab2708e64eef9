/** An address, `local-part@domain` (RFC 5321 §4.1.2). The domain is lower case, in A-labels; the local part is as it came. */
export interface Address {
  readonly localPart: string;
  readonly domain: string;
}

/** Where failure reports go (RFC 5321 §4.1.1.2). `null` is the null path `<>` of a bounce. */
export type ReversePath = Address | null;

const DOT_STRING =
  /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~\u0080-\u{10ffff}-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~\u0080-\u{10ffff}-]+)*$/u;

/** The address as an SMTP path holds it between `<` and `>`; the local part is quoted where it must be. */
export function formatAddress(address: Address): string {
  const local = DOT_STRING.test(address.localPart)
    ? address.localPart
    : `"${address.localPart.replace(/["\\]/g, '\\$&')}"`;
  return `${local}@${address.domain}`;
}

/** `<>` or `<local-part@domain>`. */
export function formatReversePath(path: ReversePath): string {
  return path === null ? '<>' : `<${formatAddress(path)}>`;
}

/** The form under which addresses are compared here: local parts ignore case, as every host in the field does. */
export function addressKey(address: Address): string {
  return `${address.localPart.toLowerCase()}@${address.domain}`;
}
