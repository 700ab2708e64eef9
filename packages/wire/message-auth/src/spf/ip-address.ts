import { isIP } from 'node:net';

/** An address in network order: 4 octets of IPv4, 16 of IPv6. */
export type IpAddress = Buffer;

const MAPPED_PREFIX = Buffer.from('00000000000000000000ffff', 'hex');

/** Reads an address as written in a record or by the operating system; `null` when it is none. */
export function parseIpAddress(text: string): IpAddress | null {
  const family = isIP(text);
  if (family === 4) return Buffer.from(text.split('.').map(Number));
  return family === 6 ? parseIpv6(text.replace(/%.*$/, '')) : null;
}

/** The address of an SMTP client: an IPv4-mapped one is IPv4 (RFC 7208 §5). */
export function parseClientAddress(text: string): IpAddress | null {
  const ip = parseIpAddress(text);
  return ip?.length === 16 && ip.subarray(0, 12).equals(MAPPED_PREFIX) ? ip.subarray(12) : ip;
}

function parseIpv6(text: string): IpAddress {
  const ip = Buffer.alloc(16);
  const dotted = /(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(text);
  const groups = dotted
    ? `${text.slice(0, dotted.index)}${hextet(dotted[1]!, dotted[2]!)}:${hextet(dotted[3]!, dotted[4]!)}`
    : text;
  const [before = '', after] = groups.split('::');
  const head = before === '' ? [] : before.split(':');
  const tail = after === undefined || after === '' ? [] : after.split(':');
  head.forEach((group, i) => void ip.writeUInt16BE(Number.parseInt(group, 16), 2 * i));
  tail.forEach((group, i) => void ip.writeUInt16BE(Number.parseInt(group, 16), 16 - 2 * (tail.length - i)));
  return ip;
}

function hextet(high: string, low: string): string {
  return (Number(high) * 256 + Number(low)).toString(16);
}

/** True when both are of one family and agree in the first `prefix` bits. */
export function isInNetwork(ip: IpAddress, network: IpAddress, prefix: number): boolean {
  if (ip.length !== network.length) return false;
  const whole = prefix >> 3;
  for (let i = 0; i < whole; i++) if (ip[i] !== network[i]) return false;
  const rest = 8 - (prefix & 7);
  return rest === 8 || ip[whole]! >> rest === network[whole]! >> rest;
}

/** Octets of IPv4 or nibbles of IPv6, separated by dots: macro "i" (RFC 7208 §7.3). */
export function dottedAddress(ip: IpAddress): string {
  return ip.length === 4 ? ip.join('.') : [...ip.toString('hex')].join('.');
}

/** The name that holds the PTR records of an address (RFC 1035 §3.5, RFC 3596 §2.5). */
export function reverseName(ip: IpAddress): string {
  return `${dottedAddress(ip).split('.').reverse().join('.')}.${ip.length === 4 ? 'in-addr' : 'ip6'}.arpa`;
}
