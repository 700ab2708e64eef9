import { BlockList, isIP } from 'node:net';
import { NetworkSyntaxError } from './errors.ts';

/** Reads addresses and networks in CIDR form into a list to look addresses up in. */
export function parseNetworks(texts: readonly string[]): BlockList {
  const list = new BlockList();
  for (const text of texts) {
    const [address = '', bits] = text.split('/', 2);
    const family = isIP(address);
    const prefix = bits === undefined ? (family === 4 ? 32 : 128) : /^[0-9]{1,3}$/.test(bits) ? Number(bits) : -1;
    if (family === 0 || prefix < 0 || prefix > (family === 4 ? 32 : 128)) throw new NetworkSyntaxError(text);
    list.addSubnet(address, prefix, family === 4 ? 'ipv4' : 'ipv6');
  }
  return list;
}

/** True when an address lies in the list. */
export function isInNetworks(list: BlockList, ip: string): boolean {
  const family = isIP(ip);
  return family !== 0 && list.check(ip, family === 4 ? 'ipv4' : 'ipv6');
}

/** The address as it is known here: an IPv4 address that came over an IPv6 socket is an IPv4 address. */
export function plainAddress(ip: string): string {
  const mapped = /^::ffff:([0-9.]+)$/i.exec(ip)?.[1];
  return mapped ?? ip.replace(/%.*$/, '');
}

/** Whom a limit by address counts together: one IPv4 address, or one IPv6 /64 (one customer's network, RFC 6177). */
export function addressGroup(ip: string): string {
  if (!ip.includes(':')) return ip;
  const [left = '', right = ''] = ip.split('::', 2);
  const groups = left === '' ? [] : left.split(':');
  const rest = right === '' ? 0 : right.split(':').length;
  if (ip.includes('::')) while (groups.length < Math.min(4, 8 - rest)) groups.push('0');
  if (groups.length < 4) groups.push(...right.split(':'));
  return `${groups.slice(0, 4).join(':').toLowerCase()}::/64`;
}
