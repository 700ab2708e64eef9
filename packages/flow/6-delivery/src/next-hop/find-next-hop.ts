import { isIP } from 'node:net';
import { DnsError, type Random, type Resolver } from '@sekisho/ports';
import { mxHosts } from './mx-hosts.ts';
import type { HostPort, NextHop, Route, Target } from './route.ts';

const SMTP_PORT = 25;

/** What finding a next hop needs to know of the world. */
export interface NextHopView {
  readonly resolver: Resolver;
  readonly random: Random;
  /** Names under which other hosts know us, lower case; mail is not sent to ourselves by MX. */
  readonly ownNames: readonly string[];
  /** At most this many addresses are given. */
  readonly addresses: number;
}

/** The addresses of a route in the order to try them: hosts as the route or MX says, IPv4 before IPv6 of each. */
export async function findNextHop(route: Route, view: NextHopView): Promise<NextHop> {
  let hosts: readonly HostPort[];
  if (route.kind === 'hosts') hosts = route.hosts;
  else {
    const found = await mxHosts(route.domain, view);
    if (found.kind === 'none') return found;
    hosts = found.hosts.map((host) => ({ host, port: SMTP_PORT }));
  }
  const targets: Target[] = [];
  let unsure = false;
  for (const { host, port } of hosts) {
    if (targets.length >= view.addresses) break;
    const addresses = await addressesOf(host, view.resolver);
    unsure ||= addresses === null;
    for (const address of addresses ?? []) targets.push({ host, address, port });
  }
  if (targets.length > 0) return { kind: 'targets', targets: targets.slice(0, view.addresses) };
  return unsure
    ? { kind: 'none', permanent: false, status: '4.4.3', text: 'No name server can say where the next hop is' }
    : nowhere(route);
}

function nowhere(route: Route): NextHop {
  return route.kind === 'mx'
    ? { kind: 'none', permanent: true, status: '5.1.2', text: `No host takes mail for ${route.domain}` }
    : { kind: 'none', permanent: false, status: '4.4.4', text: 'No host of the route has an address' };
}

/** Addresses of a host; empty when it has none, `null` when nobody could say. */
async function addressesOf(host: string, resolver: Resolver): Promise<string[] | null> {
  const literal = host.replace(/^\[(?:IPv6:)?(.*)\]$/i, '$1');
  if (isIP(literal) !== 0) return [literal];
  if (host.toLowerCase() === 'localhost') return ['127.0.0.1', '::1'];
  const [four, six] = await Promise.all([records(host, 'A', resolver), records(host, 'AAAA', resolver)]);
  const all = [...(four ?? []), ...(six ?? [])].filter((address) => isIP(address) !== 0);
  return all.length === 0 && (four === null || six === null) ? null : all;
}

async function records(host: string, type: 'A' | 'AAAA', resolver: Resolver): Promise<string[] | null> {
  try {
    return (await resolver.resolve(host, type)).filter((one) => typeof one === 'string');
  } catch (error) {
    if (!(error instanceof DnsError)) throw error;
    return error.isTemporary ? null : [];
  }
}
