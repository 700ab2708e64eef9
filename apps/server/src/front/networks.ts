import { isIPv4 } from 'node:net';

interface Length<Entry> {
  readonly bits: number;
  readonly entries: Map<bigint, Entry[]>;
}

const WIDTH = { v4: 32, v6: 128 } as const;

/** Ranges of addresses with something for each: found by one look for each length of range, however many there are. */
export class Networks<Entry> {
  readonly #lengths: Record<'v4' | 'v6', Length<Entry>[]> = { v4: [], v6: [] };

  /** Takes ranges as the installation writes them: `192.0.2.0/24`, `2001:db8::/32`. */
  constructor(ranges: Iterable<{ readonly cidr: string; readonly entry: Entry }>) {
    for (const { cidr, entry } of ranges) {
      const [address, length] = cidr.split('/') as [string, string];
      const { family, value } = readAddress(address);
      const { entries } = this.#of(family, Number(length));
      const key = value >> BigInt(WIDTH[family] - Number(length));
      entries.set(key, [...(entries.get(key) ?? []), entry]);
    }
    for (const lengths of Object.values(this.#lengths)) lengths.sort((a, b) => b.bits - a.bits);
  }

  /** What there is for an address, the narrowest range first. */
  find(ip: string): readonly Entry[] {
    const { family, value } = readAddress(ip);
    const width = WIDTH[family];
    return this.#lengths[family].flatMap(({ bits, entries }) => entries.get(value >> BigInt(width - bits)) ?? []);
  }

  #of(family: 'v4' | 'v6', bits: number): Length<Entry> {
    let found = this.#lengths[family].find((one) => one.bits === bits);
    if (!found) {
      found = { bits, entries: new Map() };
      this.#lengths[family].push(found);
    }
    return found;
  }
}

function readAddress(ip: string): { readonly family: 'v4' | 'v6'; readonly value: bigint } {
  if (isIPv4(ip)) return { family: 'v4', value: readV4(ip) };
  const [head = '', tail] = ip.split('::') as [string, string?];
  const before = groupsOf(head);
  const behind = groupsOf(tail ?? '');
  const zeros = tail === undefined ? [] : Array.from({ length: 8 - before.length - behind.length }, () => 0n);
  return { family: 'v6', value: [...before, ...zeros, ...behind].reduce((sum, group) => (sum << 16n) | group, 0n) };
}

const readV4 = (ip: string) => ip.split('.').reduce((sum, octet) => (sum << 8n) | BigInt(octet), 0n);

/** The 16-bit groups of one half; an IPv4 address at the end is two of them (RFC 4291 §2.2). */
function groupsOf(half: string): bigint[] {
  if (half === '') return [];
  return half.split(':').flatMap((group) => {
    if (!group.includes('.')) return [BigInt(`0x${group}`)];
    const value = readV4(group);
    return [value >> 16n, value & 0xffffn];
  });
}
