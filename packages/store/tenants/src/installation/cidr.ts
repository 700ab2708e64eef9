import { isIPv4, isIPv6 } from 'node:net';
import { InstallationValueError } from '../errors.ts';

/** A range of addresses in its one spelling, `192.0.2.0/24` or `2001:db8::/32`; a single address gets its full length. */
export function parseCidr(text: string): string {
  const [address = '', length, ...rest] = text.trim().split('/');
  const octets = addressOctets(address);
  if (octets === null || rest.length > 0 || !/^\d{1,3}$/.test(length ?? '0'))
    throw new InstallationValueError('a range of addresses', text, 'write it as "192.0.2.0/24" or "2001:db8::/32"');
  const full = octets.length * 8;
  const bits = length === undefined ? full : Number(length);
  if (bits > full) throw new InstallationValueError('a range of addresses', text, `its length is more than ${full}`);
  if (octets.some((octet, at) => (octet & hostMask(bits - at * 8)) !== 0))
    throw new InstallationValueError('a range of addresses', text, `it has bits set behind its length of ${bits}`);
  return `${formatAddress(octets)}/${bits}`;
}

/** The bits of one octet that lie behind the first `bits` of it. */
const hostMask = (bits: number) => (bits >= 8 ? 0 : bits <= 0 ? 255 : 255 >> bits);

function addressOctets(address: string): number[] | null {
  if (isIPv4(address)) return address.split('.').map(Number);
  if (!isIPv6(address) || address.includes('%')) return null;
  const [head, tail] = new URL(`http://[${address}]/`).hostname.slice(1, -1).split('::');
  const groups = (half: string | undefined) => (half ? half.split(':').map((group) => Number.parseInt(group, 16)) : []);
  const [before, behind] = [groups(head), groups(tail)];
  const zeros = Array.from({ length: 8 - before.length - behind.length }, () => 0);
  const octets = [...before, ...zeros, ...behind].flatMap((group) => [group >> 8, group & 255]);
  const isMapped = octets.slice(0, 10).every((octet) => octet === 0) && octets[10] === 255 && octets[11] === 255;
  return isMapped ? null : octets;
}

function formatAddress(octets: readonly number[]): string {
  if (octets.length === 4) return octets.join('.');
  const groups = Array.from({ length: 8 }, (_, at) => ((octets[at * 2]! << 8) | octets[at * 2 + 1]!).toString(16));
  return new URL(`http://[${groups.join(':')}]/`).hostname.slice(1, -1);
}
