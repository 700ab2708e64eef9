import { Resolver as NodeResolver } from 'node:dns/promises';
import type { Clock } from './clock.ts';

export type ResourceRecordType = 'A' | 'AAAA' | 'CNAME' | 'MX' | 'NS' | 'PTR' | 'SRV' | 'TLSA' | 'TXT';

/**
 * DNS. Answers have the shapes of `node:dns/promises` (`TXT`: string[][], `MX`: {priority, exchange}[], others as
 * there); failures are {@link DnsError}s, never empty lists.
 */
export interface Resolver {
  resolve(name: string, type: ResourceRecordType): Promise<unknown[]>;
}

/** Why a look-up gave nothing: the name does not exist, it has no such record, or nobody could say. */
export class DnsError extends Error {
  readonly code: 'ENOTFOUND' | 'ENODATA' | 'ESERVFAIL' | 'ETIMEOUT';

  constructor(code: DnsError['code'], name: string, type: string, options?: { cause: unknown }) {
    super(`Cannot resolve ${type} of "${name}": ${code}`, options);
    this.name = 'DnsError';
    this.code = code;
  }

  /** True when asking again later may help (RFC 5321 §5.1: such a failure is not "no such domain"). */
  get isTemporary(): boolean {
    return this.code === 'ESERVFAIL' || this.code === 'ETIMEOUT';
  }
}

/** The machine's resolver, or the named servers ("192.0.2.1", "192.0.2.1:5353"). */
export function systemResolver(servers: readonly string[] = [], timeoutMs = 5000): Resolver {
  const resolver = new NodeResolver({ timeout: timeoutMs, tries: 2 });
  if (servers.length > 0) resolver.setServers(servers);
  return {
    async resolve(name, type) {
      try {
        return (await resolver.resolve(name, type)) as unknown[];
      } catch (cause) {
        const code = (cause as NodeJS.ErrnoException).code;
        if (code === 'ENOTFOUND' || code === 'ENODATA' || code === 'ETIMEOUT')
          throw new DnsError(code, name, type, { cause });
        throw new DnsError('ESERVFAIL', name, type, { cause });
      }
    },
  };
}

/** Records by name and type; names are lower case, without a final dot. A string instead of records is a failure. */
export type Zones = Readonly<
  Record<string, Readonly<Partial<Record<ResourceRecordType, readonly unknown[] | DnsError['code']>>>>
>;

/** Knows only its own zones and asks nobody. */
export function zoneResolver(zones: Zones): Resolver {
  return {
    async resolve(name, type) {
      const key = name.toLowerCase().replace(/\.$/, '');
      if (!Object.hasOwn(zones, key)) throw new DnsError('ENOTFOUND', name, type);
      const records = zones[key]![type];
      if (typeof records === 'string') throw new DnsError(records, name, type);
      if (!records || records.length === 0) throw new DnsError('ENODATA', name, type);
      return [...records];
    },
  };
}

export interface ResolverCacheLimits {
  readonly entries: number;
  readonly ttlMs: number;
  readonly failureTtlMs: number;
}

/** Remembers answers and joins equal questions under way. Temporary failures are not kept. */
export function cachedResolver(inner: Resolver, clock: Clock, limits: ResolverCacheLimits): Resolver {
  const kept = new Map<string, { answer: Promise<unknown[]>; until: number }>();
  return {
    resolve(name, type) {
      const key = `${type} ${name.toLowerCase()}`;
      const found = kept.get(key);
      if (found && found.until > clock.monotonic()) return found.answer;
      const answer = inner.resolve(name, type);
      const entry = { answer, until: clock.monotonic() + limits.ttlMs };
      kept.delete(key);
      kept.set(key, entry);
      if (kept.size > limits.entries) kept.delete(kept.keys().next().value!);
      answer.catch((error: unknown) => {
        if (error instanceof DnsError && !error.isTemporary) entry.until = clock.monotonic() + limits.failureTtlMs;
        else if (kept.get(key) === entry) kept.delete(key);
      });
      return answer;
    },
  };
}
