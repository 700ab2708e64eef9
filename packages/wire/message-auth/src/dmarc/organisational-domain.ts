import { createRequire } from 'node:module';
import { BoundedCache } from '../bounded-cache.ts';

/** The part of mailauth that knows the Public Suffix List; its other tools are not used here. */
interface SuffixTools {
  getAlignment(domain: string, others: readonly string[], strict: boolean): object | false;
}

const require = createRequire(import.meta.url);
let tools: SuffixTools | undefined;

const known = new BoundedCache<string>(20_000);

/**
 * The domain that somebody registered: one label more than a public suffix (RFC 7489 §3.2); a public suffix stands for
 * itself. `domain` is canonical.
 */
export function organisationalDomain(domain: string): string {
  return known.get(domain, find);
}

/** mailauth only says whether two names share theirs: the shortest parent that does is it. */
function find(domain: string): string {
  // Loaded on first use: a process that only signs saves 30 MB.
  tools ??= require('mailauth/lib/tools') as SuffixTools;
  const labels = domain.split('.');
  for (let count = 1; count < labels.length; count++) {
    const parent = labels.slice(-count).join('.');
    if (tools.getAlignment(domain, [parent], false)) return parent;
  }
  return domain;
}
