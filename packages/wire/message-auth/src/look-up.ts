import { DnsError, type Resolver, type ResourceRecordType } from '@sekisho/ports';

/** Records; or nothing: because there is no such name, no such record, or nobody could say. */
export type Answer<T> = readonly T[] | 'no-name' | 'no-record' | 'unknown';

/** Asks DNS without throwing; whatever else goes wrong in a resolver is an outage too. */
export async function lookUp<T>(resolver: Resolver, name: string, type: ResourceRecordType): Promise<Answer<T>> {
  try {
    return (await resolver.resolve(name, type)) as T[];
  } catch (cause) {
    if (!(cause instanceof DnsError) || cause.isTemporary) return 'unknown';
    return cause.code === 'ENOTFOUND' ? 'no-name' : 'no-record';
  }
}

/** TXT records, the strings of each joined without space (RFC 7208 §3.3, RFC 6376 §3.6.2.2). */
export async function lookUpText(resolver: Resolver, name: string): Promise<Answer<string>> {
  const answer = await lookUp<string[]>(resolver, name, 'TXT');
  return typeof answer === 'string' ? answer : answer.map((strings) => strings.join(''));
}
