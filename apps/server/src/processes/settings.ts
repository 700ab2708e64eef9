/** The first messages from the supervisor: what each kind of process needs to know, and nothing more. */
import { readFileSync } from 'node:fs';
import {
  cachedResolver,
  type Clock,
  type LogOptions,
  type Resolver,
  systemResolver,
  type Zones,
  zoneResolver,
} from '@sekisho/ports';

import type { StoreLimits } from '@sekisho/tenants';

export interface DnsSettings {
  /** Ask these servers; none: the machine's own. */
  readonly servers: readonly string[];
  /** Know only the zones of this file and ask nobody. */
  readonly zonesFile: string | null;
  readonly cacheEntries: number;
  readonly cacheTtlMs: number;
}

export interface ListenerSettings {
  readonly name: 'smtp' | 'submission' | 'submissions';
  readonly host: string;
  readonly port: number;
}

/** Who a process becomes after it has bound its ports as root. */
export interface Identity {
  readonly uid: number;
  readonly gid: number;
}

interface CommonBoot {
  readonly hostName: string;
  readonly log: Omit<LogOptions, 'process'>;
  /** Unix socket on which the core waits for this kind of process. */
  readonly socket: string;
}

export interface FrontBoot extends CommonBoot {
  readonly front: number;
  readonly spoolFolder: string;
  readonly spoolPublicKey: Buffer;
  readonly segmentOctets: number;
  readonly reserveOctets: number;
  readonly listeners: readonly ListenerSettings[];
  readonly tls: { readonly certificateFile: string; readonly keyFile: string } | null;
  readonly identity: Identity | null;
}

export interface ScanBoot extends CommonBoot {
  readonly dns: DnsSettings;
  readonly clamd: { readonly socket: string } | { readonly host: string; readonly port: number } | null;
  readonly identity: Identity | null;
}

export interface CoreBoot {
  readonly hostName: string;
  readonly log: Omit<LogOptions, 'process'>;
  readonly dataFolder: string;
  readonly root: { readonly current: Buffer; readonly former: readonly Buffer[] };
  readonly frontSocket: string;
  readonly scanSocket: string;
  readonly apiSocket: string;
  readonly http: { readonly host: string; readonly port: number };
  /** Where the front listens for mail from other hosts. */
  readonly smtp: { readonly host: string; readonly port: number };
  readonly dns: DnsSettings;
  readonly onlyLoopback: boolean;
  readonly writers: number;
  readonly stores: Partial<StoreLimits>;
  readonly identity: Identity | null;
  readonly antivirus: 'clamd' | 'disabled';
}

/** The resolver that the settings describe, behind a cache. */
export function resolverOf(dns: DnsSettings, clock: Clock): Resolver {
  const inner = dns.zonesFile
    ? zoneResolver(JSON.parse(readFileSync(dns.zonesFile, 'utf8')) as Zones)
    : systemResolver(dns.servers);
  return cachedResolver(inner, clock, {
    entries: dns.cacheEntries,
    ttlMs: dns.cacheTtlMs,
    failureTtlMs: Math.min(dns.cacheTtlMs, 60_000),
  });
}
