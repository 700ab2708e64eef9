/**
 * What a next hop owes us in TLS. `opportunistic`: used where offered, unverified allowed and recorded.
 * `required`: with a certificate verified for the host's name, and never clear text.
 */
export type TlsMode = 'none' | 'opportunistic' | 'required';

/** A host to connect to, by name or address literal. */
export interface HostPort {
  readonly host: string;
  readonly port: number;
}

/** Where mail for a domain goes: to hosts in the order given, or where the domain's MX records say. */
export type Route =
  | { readonly kind: 'hosts'; readonly hosts: readonly HostPort[]; readonly tls: TlsMode }
  | { readonly kind: 'mx'; readonly domain: string; readonly tls: TlsMode };

/** Equal for routes that may share sessions. */
export function routeKey(route: Route): string {
  return route.kind === 'mx'
    ? `mx ${route.domain} ${route.tls}`
    : `hosts ${route.hosts.map(({ host, port }) => `${host}:${port}`).join(',')} ${route.tls}`;
}

/** An address to connect to, and the name that its certificate has to show. */
export interface Target {
  readonly host: string;
  readonly address: string;
  readonly port: number;
}

/** Why there is nowhere to go: for good, or for now (RFC 3463 status). */
export interface Nowhere {
  readonly kind: 'none';
  readonly permanent: boolean;
  readonly status: string;
  readonly text: string;
}

/** Where an attempt goes, or why there is nowhere to go. */
export type NextHop = { readonly kind: 'targets'; readonly targets: readonly Target[] } | Nowhere;
