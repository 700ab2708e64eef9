import type { ConfigValues } from './keys.ts';

/** An address and a port to listen on. */
export interface Listener {
  readonly host: string;
  readonly port: number;
}

/** What `sekisho.toml` and the environment say, checked whole. Paths are absolute. */
export interface Config {
  readonly data: string;
  readonly hostname: string;
  readonly publicUrl: string | null;
  readonly runAs: string | null;
  readonly rootKey: { readonly file: string } | { readonly env: string };
  readonly listeners: {
    readonly smtp: Listener;
    readonly submission: Listener;
    readonly submissions: Listener;
    readonly http: Listener;
  };
  readonly tls: { readonly certificate: string; readonly key: string } | null;
  readonly log: {
    readonly level: 'debug' | 'info' | 'warn' | 'error';
    readonly pretty: boolean;
    readonly linesPerSecond: number;
  };
  readonly dns: {
    readonly servers: readonly string[];
    readonly zonesFile: string | null;
    readonly cache: { readonly entries: number; readonly ttlMs: number; readonly failureTtlMs: number };
  };
  readonly delivery: { readonly onlyLoopback: boolean };
  /** `null` means without antivirus. */
  readonly clamd: { readonly socket: string } | Listener | null;
  readonly processes: { readonly scan: number; readonly writers: number };
  readonly limits: {
    readonly openDatabases: number;
    readonly warmDatabases: number;
    readonly databaseCacheKib: number;
    readonly segmentOctets: number;
    readonly reserveOctets: number;
    readonly stopMs: number;
  };
}

/** What the machine says where the file is silent. */
export interface Machine {
  readonly hostname: string;
  readonly processors: number;
  /** Makes a path of the file absolute. */
  readonly resolve: (path: string) => string;
}

const MIB = 1024 * 1024;

/** Gives the flat values of the catalogue the shape that programs use. */
export function shapeConfig(values: ConfigValues, machine: Machine): Config {
  const listener = (name: 'smtp' | 'submission' | 'submissions' | 'http'): Listener => ({
    host: values[`${name}.host`],
    port: values[`${name}.port`],
  });
  const path = (value: string | null) => (value === null ? null : machine.resolve(value));
  const [certificate, key, socket] = [path(values['tls.certificate']), path(values['tls.key']), values['clamd.socket']];
  const clamd = socket === null ? { host: values['clamd.host'], port: values['clamd.port'] } : { socket };
  const variable = values['root_key.env'];
  return {
    data: machine.resolve(values.data),
    hostname: (values.hostname ?? machine.hostname).toLowerCase(),
    publicUrl: values.public_url,
    runAs: values.run_as,
    rootKey: variable === null ? { file: machine.resolve(values['root_key.file']) } : { env: variable },
    listeners: {
      smtp: listener('smtp'),
      submission: listener('submission'),
      submissions: listener('submissions'),
      http: listener('http'),
    },
    tls: certificate === null || key === null ? null : { certificate, key },
    log: {
      level: values['log.level'],
      pretty: values['log.pretty'],
      linesPerSecond: values['log.lines_per_second'],
    },
    dns: {
      servers: values['dns.servers'],
      zonesFile: path(values['dns.zones_file']),
      cache: {
        entries: values['dns.cache_entries'],
        ttlMs: values['dns.cache_ttl_seconds'] * 1000,
        failureTtlMs: values['dns.failure_ttl_seconds'] * 1000,
      },
    },
    delivery: { onlyLoopback: values['delivery.only_loopback'] },
    clamd: values['clamd.disabled'] ? null : clamd,
    processes: {
      scan: values['processes.scan'] || Math.max(1, machine.processors),
      writers: values['processes.writers'] || Math.max(1, Math.floor(machine.processors / 4)),
    },
    limits: {
      openDatabases: values['limits.open_databases'],
      warmDatabases: values['limits.warm_databases'],
      databaseCacheKib: values['limits.database_cache_kib'],
      segmentOctets: values['limits.segment_mib'] * MIB,
      reserveOctets: values['limits.reserve_mib'] * MIB,
      stopMs: values['limits.stop_seconds'] * 1000,
    },
  };
}
