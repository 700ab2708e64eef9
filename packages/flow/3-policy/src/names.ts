import { domainToASCII } from 'node:url';
import type { Address } from '@sekisho/terms';
import { addressKey } from '@sekisho/terms';
import { z } from 'zod';

const LABELS = /^(\*\.)?[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*$/;

function canonicalDomain(text: string): string {
  const lower = text.normalize('NFKC').toLowerCase();
  const wild = lower.startsWith('*.');
  const name = domainToASCII(wild ? lower.slice(2) : lower);
  return name && wild ? `*.${name}` : name;
}

/** `example.jp` is that domain, `*.example.jp` every domain below it. U-labels become A-labels. */
export const domainPatterns = z
  .array(
    z
      .string()
      .max(255)
      .transform(canonicalDomain)
      .refine((name) => LABELS.test(name), { error: 'not a domain: expected "example.jp" or "*.example.jp"' }),
  )
  .min(1)
  .max(1000);

/** Addresses as `local-part@domain`, compared without regard to case; `<>` is the null path. */
export const addressPatterns = z
  .array(
    z
      .string()
      .max(320)
      .transform((text, context) => {
        if (text === '<>') return text;
        const at = text.lastIndexOf('@');
        const domain = canonicalDomain(text.slice(at + 1));
        if (at > 0 && LABELS.test(domain) && !domain.startsWith('*.'))
          return `${text.slice(0, at).toLowerCase()}@${domain}`;
        context.addIssue({ code: 'custom', message: 'not an address: expected "local-part@example.jp" or "<>"' });
        return z.NEVER;
      }),
  )
  .min(1)
  .max(1000);

/** True when one of the patterns means the domain. */
export function matchesDomain(patterns: readonly string[], domain: string): boolean {
  return patterns.some((one) => (one.startsWith('*.') ? domain.endsWith(one.slice(1)) : one === domain));
}

/** True when one of the patterns means the address, or the null path where there is none. */
export function matchesAddress(patterns: readonly string[], address: Address | null): boolean {
  return patterns.includes(address === null ? '<>' : addressKey(address));
}

/** True when the wider patterns mean every domain that the narrower ones mean. */
export function coversDomains(wider: readonly string[], narrower: readonly string[]): boolean {
  return narrower.every(
    (one) =>
      wider.includes(one) || wider.some((w) => w.startsWith('*.') && one.replace(/^\*/, '').endsWith(w.slice(1))),
  );
}
