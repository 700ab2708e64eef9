import { BoundedCache } from '../bounded-cache.ts';
import type { DmarcPolicy } from '../results.ts';

/** A policy record (RFC 7489 §6.3, with np= and t= of RFC 9989 §4.7). */
export interface DmarcRecord {
  readonly policy: DmarcPolicy;
  readonly subdomainPolicy: DmarcPolicy;
  /** For sub-domains that do not exist; absent when the owner makes no difference. */
  readonly absentPolicy?: DmarcPolicy;
  readonly strictDkim: boolean;
  readonly strictSpf: boolean;
  readonly pct: number;
  readonly testing: boolean;
}

const VERSION = /^v[ \t]*=[ \t]*DMARC1[ \t]*(;|$)/;
const REPORT_URI = /^\s*[a-z][a-z0-9+.-]*:/i;
const parsed = new BoundedCache<{ readonly record: DmarcRecord | null }>(2000);

/** True for a record of version 1, whatever else is in it. */
export function isDmarcRecord(text: string): boolean {
  return VERSION.test(text);
}

/** Reads a record; `null` when it asks for nothing that could be done (RFC 7489 §6.6.3). Parsed once for a text. */
export function parseDmarcRecord(text: string): DmarcRecord | null {
  return parsed.get(text, (key) => ({ record: parse(key) })).record;
}

function parse(text: string): DmarcRecord | null {
  const tags = new Map<string, string>();
  for (const spec of text.split(';')) {
    const equals = spec.indexOf('=');
    const name = spec.slice(0, equals).trim().toLowerCase();
    if (equals > 0 && !tags.has(name)) tags.set(name, spec.slice(equals + 1).trim());
  }
  const value = (name: string): string => tags.get(name)?.toLowerCase() ?? '';
  const policy = (name: string): DmarcPolicy | null => (isPolicy(value(name)) ? (value(name) as DmarcPolicy) : null);
  const readable = ['sp', 'np'].every((name) => !tags.has(name) || policy(name));
  const asked = readable ? policy('p') : null;
  if (!asked && !REPORT_URI.test(tags.get('rua') ?? '')) return null;
  const main = asked ?? 'none';
  const below = (asked && policy('sp')) ?? main;
  const absent = asked && policy('np');
  return {
    policy: main,
    subdomainPolicy: below,
    ...(absent && { absentPolicy: absent }),
    strictDkim: value('adkim') === 's',
    strictSpf: value('aspf') === 's',
    pct: /^(100|[1-9]?[0-9])$/.test(value('pct')) ? Number(value('pct')) : 100,
    testing: value('t') === 'y',
  };
}

function isPolicy(text: string): boolean {
  return text === 'none' || text === 'quarantine' || text === 'reject';
}
