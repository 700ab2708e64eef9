import type { Zones } from '@sekisho/ports';
import type { RouteInput } from '@sekisho/tenants';

/** A domain of a tenant: its route, and its recipients where the route's mode is `list`. */
export type DomainPlan = RouteInput & { readonly recipients?: readonly string[] };

/** A tenant as a house begins with it. */
export interface TenantPlan {
  readonly domains: Readonly<Record<string, DomainPlan>>;
  /** Where mail for domains of nobody goes. */
  readonly elsewhere?: RouteInput;
  /** Ranges of addresses whose mail is the tenant's. */
  readonly trusted?: readonly string[];
}

/** What a house begins with. Everything not named here is small, on loopback, and without antivirus. */
export interface HousePlan {
  /** By name. */
  readonly tenants: Readonly<Record<string, TenantPlan>>;
  /** All that DNS knows. */
  readonly zones?: Zones;
  readonly clamd?: { readonly socket: string };
  /** Certificate and key (PEM) of the listeners; with them STARTTLS is offered and `submissions` listens. */
  readonly tls?: { readonly cert: string; readonly key: string };
  /** A certificate (PEM) that next hops are believed by, beside the system's. */
  readonly trustedCa?: string;
  /** Address of the listeners for mail; `::` for both families. */
  readonly listenOn?: string;
  readonly scanProcesses?: number;
  readonly segmentMib?: number;
  readonly logLevel?: 'debug' | 'info' | 'warn' | 'error';
  /** Settings of the installation. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Folder to make the house in, instead of a new one under the system's folder for such. */
  readonly folder?: string;
}
