import { canonicalDomain } from './domain-name.ts';
import type { ArcResult, AuthResult, DkimResult, DmarcResult, SpfResult } from './results.ts';

const TOKEN = /^[!#$%&'*+\-.0-9A-Z^_`a-z{|}~]+$/;
const DOT_ATOM = /^[A-Za-z0-9!#$%&'*+\-/=?^_`{|}~]+(?:\.[A-Za-z0-9!#$%&'*+\-/=?^_`{|}~]+)*$/;
const UNPRINTABLE = /[^\x20-\x7e]+/g;
const MOST_OCTETS = 260;
const LINE_OCTETS = 76;

/**
 * The Authentication-Results field with its final CRLF (RFC 8601). Most of what it reports was chosen by the sender:
 * whatever a value holds, it stays one value of one field.
 */
export function formatAuthenticationResults(result: AuthResult, authservId: string): string {
  const checks = [
    formatSpf(result.spf),
    ...formatDkim(result.dkim),
    formatDmarc(result.dmarc),
    ...formatArc(result.arc),
  ];
  const words = checks.flatMap((check) => [...check.slice(0, -1), `${check.at(-1)};`]);
  words[words.length - 1] = words.at(-1)!.slice(0, -1);
  return `${fold(['Authentication-Results:', `${formatValue(authservId.slice(0, MOST_OCTETS))};`, ...words])}\r\n`;
}

function formatSpf({ result, reason, identity, domain }: SpfResult): string[] {
  return [method('spf', result), ...comment(reason), ...property(`smtp.${identity}`, domain)];
}

function formatDkim(results: readonly DkimResult[]): string[][] {
  if (results.length === 0) return [['dkim=none']];
  return results.map(({ result, reason, domain, identity, selector, algorithm, signature }) => [
    method('dkim', result),
    ...comment(reason),
    ...property('header.d', domain),
    ...property('header.i', identity === `@${domain}` ? '' : identity),
    ...property('header.s', selector),
    ...property('header.a', algorithm),
    ...property('header.b', signature),
  ]);
}

function formatDmarc({ result, reason, policy, domains }: DmarcResult): string[] {
  const from = domains.length === 1 ? domains[0]! : '';
  const words = [method('dmarc', result), ...comment(reason)];
  return [...words, ...property('policy.dmarc', policy ?? ''), ...property('header.from', from)];
}

/** An outage has no word of its own in ARC (RFC 8617 §6), so nothing is said then. */
function formatArc({ result, reason, instance }: ArcResult): string[][] {
  if (result === 'temperror') return [];
  return [[method('arc', result), ...comment(reason ?? (instance === undefined ? undefined : `i=${instance}`))]];
}

function method(name: string, result: string): string {
  return `${name}=${/^[a-z]{1,12}$/.test(result) ? result : 'permerror'}`;
}

function property(name: string, value: string): string[] {
  return value === '' || value.length > MOST_OCTETS ? [] : [`${name}=${formatValue(value)}`];
}

/** A token as it is, an address with a plain local part too; all else as a quoted string (RFC 8601 §2.2). */
function formatValue(value: string): string {
  if (TOKEN.test(value)) return value;
  const at = value.lastIndexOf('@');
  const domain = at < 0 ? null : canonicalDomain(value.slice(at + 1));
  if (domain !== null && (at === 0 || DOT_ATOM.test(value.slice(0, at)))) return `${value.slice(0, at)}@${domain}`;
  return `"${value.replace(UNPRINTABLE, '?').replace(/["\\]/g, '\\$&')}"`;
}

function comment(text: string | undefined): string[] {
  if (!text) return [];
  const safe = text
    .slice(0, MOST_OCTETS)
    .replace(UNPRINTABLE, '?')
    .replace(/[()\\]/g, '\\$&');
  return [`(${safe})`];
}

function fold(words: readonly string[]): string {
  let text = words[0]!;
  let line = text.length;
  for (const word of words.slice(1)) {
    const breaks = line + 1 + word.length > LINE_OCTETS;
    text += `${breaks ? '\r\n\t' : ' '}${word}`;
    line = breaks ? 1 + word.length : line + 1 + word.length;
  }
  return text;
}
