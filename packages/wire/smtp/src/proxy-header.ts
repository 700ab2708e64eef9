import { ProxyHeaderError } from './errors.ts';

/** What a PROXY v2 header says: how long it is, and who the client is unless the proxy speaks for itself. */
export interface ProxyHeader {
  readonly lengthOctets: number;
  readonly source: { readonly ip: string; readonly port: number } | null;
}

const SIGNATURE = Buffer.from('0d0a0d0a000d0a515549540a', 'hex');
const FIXED_OCTETS = 16;
/** Addresses and TLVs; the longest in use, with certificates' names, stays far below. */
const VARIABLE_OCTETS = 2048;

/** Reads a PROXY protocol v2 header (haproxy, proxy-protocol.txt §2.2); `null` while it is not whole. */
export function parseProxyHeader(octets: Buffer): ProxyHeader | null {
  const compared = Math.min(octets.length, SIGNATURE.length);
  if (octets.compare(SIGNATURE, 0, compared, 0, compared) !== 0) throw new ProxyHeaderError('no signature');
  if (octets.length < FIXED_OCTETS) return null;
  const version = octets[12]! >> 4;
  const command = octets[12]! & 15;
  if (version !== 2 || command > 1) throw new ProxyHeaderError(`version ${version}, command ${command}`);
  const variable = octets.readUInt16BE(14);
  if (variable > VARIABLE_OCTETS) throw new ProxyHeaderError(`${variable} octets of addresses`);
  const lengthOctets = FIXED_OCTETS + variable;
  if (octets.length < lengthOctets) return null;
  return { lengthOctets, source: command === 0 ? null : readSource(octets, variable) };
}

function readSource(octets: Buffer, variable: number): ProxyHeader['source'] {
  const family = octets[13]!;
  if (family === 0x11) {
    if (variable < 12) throw new ProxyHeaderError('addresses are cut short');
    return { ip: octets.subarray(16, 20).join('.'), port: octets.readUInt16BE(24) };
  }
  if (family === 0x21) {
    if (variable < 36) throw new ProxyHeaderError('addresses are cut short');
    const groups = Array.from({ length: 8 }, (_, at) => octets.readUInt16BE(16 + at * 2).toString(16));
    return { ip: compressIpv6(groups.join(':')), port: octets.readUInt16BE(48) };
  }
  throw new ProxyHeaderError(`family ${family.toString(16)} is not TCP`);
}

/** The form of RFC 5952. */
function compressIpv6(text: string): string {
  return new URL(`http://[${text}]`).hostname.slice(1, -1);
}
