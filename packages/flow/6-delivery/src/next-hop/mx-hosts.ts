import { isIP } from 'node:net';
import { DnsError, type Random } from '@sekisho/ports';
import type { NextHopView } from './find-next-hop.ts';
import type { Nowhere } from './route.ts';

interface Mx {
  readonly priority: number;
  readonly exchange: string;
}

interface MxHosts {
  readonly kind: 'hosts';
  readonly hosts: readonly string[];
}

/**
 * Hosts that take mail for a domain, in the order to try them (RFC 5321 §5.1): lowest preference first, equal ones
 * shuffled, without those from our own name upwards. A domain without MX is its own host.
 */
export async function mxHosts(domain: string, view: NextHopView): Promise<MxHosts | Nowhere> {
  if (/^\[.*\]$/.test(domain) || isIP(domain) !== 0) return { kind: 'hosts', hosts: [domain] };
  let found: unknown[];
  try {
    found = await view.resolver.resolve(domain, 'MX');
  } catch (error) {
    if (!(error instanceof DnsError)) throw error;
    if (error.code === 'ENODATA') return isOwn(domain, view) ? loop(domain) : { kind: 'hosts', hosts: [domain] };
    return error.isTemporary
      ? { kind: 'none', permanent: false, status: '4.4.3', text: `No name server answers for ${domain}` }
      : { kind: 'none', permanent: true, status: '5.1.2', text: `The domain ${domain} does not exist` };
  }
  const all = found.filter(isMx).map(({ priority, exchange }) => ({ priority, exchange: hostName(exchange) }));
  const named = all.filter(({ exchange }) => exchange !== '');
  if (named.length === 0) return nullMx(domain);
  const own = Math.min(...named.filter(({ exchange }) => isOwn(exchange, view)).map(({ priority }) => priority));
  const closer = named.filter(({ priority }) => priority < own);
  if (closer.length === 0) return loop(domain);
  const ordered = shuffled(closer, view.random).sort((a, b) => a.priority - b.priority);
  return { kind: 'hosts', hosts: [...new Set(ordered.map(({ exchange }) => exchange))] };
}

const isMx = (value: unknown): value is Mx =>
  typeof value === 'object' && value !== null && 'exchange' in value && 'priority' in value;

const hostName = (name: string) => name.toLowerCase().replace(/\.$/, '');

const isOwn = (name: string, view: NextHopView) => view.ownNames.includes(hostName(name));

/** RFC 7505: a domain says that it takes no mail. */
function nullMx(domain: string): Nowhere {
  return { kind: 'none', permanent: true, status: '5.1.10', text: `The domain ${domain} takes no mail (null MX)` };
}

function loop(domain: string): Nowhere {
  return { kind: 'none', permanent: true, status: '5.4.6', text: `Mail for ${domain} would come back to this host` };
}

function shuffled<T>(values: readonly T[], random: Random): T[] {
  const chances = random.bytes(values.length * 4);
  return values
    .map((value, at) => ({ value, chance: chances.readUInt32BE(at * 4) }))
    .sort((a, b) => a.chance - b.chance)
    .map(({ value }) => value);
}
