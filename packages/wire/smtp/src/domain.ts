import { isIP, isIPv4 } from 'node:net';
import { domainToASCII } from 'node:url';

const DOMAIN = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/;
const DOMAIN_OCTETS = 255;

/** The domain in lower case and A-labels (RFC 5321 §2.3.5, RFC 5890 §2.3.2.1), or `null` if it is none. */
export function parseDomain(text: string): string | null {
  if (text.length > DOMAIN_OCTETS) return null;
  const lower = text.toLowerCase();
  if (DOMAIN.test(lower)) return lower;
  if (!/[^\x00-\x7f]/.test(lower)) return null;
  const ascii = /[%\s/?#:@[\]\\]/.test(lower) ? '' : domainToASCII(lower);
  return ascii.length <= DOMAIN_OCTETS && DOMAIN.test(ascii) && !isIPv4(ascii) ? ascii : null;
}

/** An address literal, `[192.0.2.1]` or `[IPv6:2001:db8::1]` (RFC 5321 §4.1.3), in lower case, or `null`. */
export function parseAddressLiteral(text: string): string | null {
  if (!text.startsWith('[') || !text.endsWith(']')) return null;
  const inside = text.slice(1, -1);
  if (isIPv4(inside)) return `[${inside}]`;
  const v6 = /^IPv6:([0-9A-Fa-f:.]{2,45})$/i.exec(inside)?.[1];
  return v6 !== undefined && isIP(v6) === 6 ? `[ipv6:${v6.toLowerCase()}]` : null;
}

/** An IP address as an address literal. */
export function formatAddressLiteral(ip: string): string {
  return isIP(ip) === 6 ? `[IPv6:${ip}]` : `[${ip}]`;
}
