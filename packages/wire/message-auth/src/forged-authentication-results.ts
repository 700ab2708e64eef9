import { canonicalDomain } from './domain-name.ts';
import { scanHeader } from './header/scan-header.ts';

/**
 * Octet ranges of whole header fields in which somebody else reports under our name (RFC 8601 §5). They stay in the raw
 * message and are left out of what is delivered. A field counts as ours when any reader could take it for ours.
 */
export function forgedAuthenticationResults(raw: Buffer, authservId: string): [number, number][] {
  const ours = canonical(authservId);
  return scanHeader(raw)
    .fields.filter(({ name, valueStart, end }) => {
      return name === 'authentication-results' && claimants(raw.toString('utf8', valueStart, end)).includes(ours);
    })
    .map(({ start, next }) => [start, next]);
}

/**
 * Every word before the first semicolon: the authserv-id, a version, and whatever a broken field holds there. Comments
 * are taken both as comments and as text, quoted strings without their quotes.
 */
function claimants(value: string): string[] {
  const unquoted = value.replace(/\\(.)/gs, '$1').replace(/"/g, '');
  const withoutComments = unquoted.replace(/\([^()]*\)/g, ' ');
  return [unquoted, withoutComments]
    .map((text) => text.split(';', 1)[0]!)
    .flatMap((text) => text.split(/[\s()]+/))
    .map(canonical);
}

function canonical(id: string): string {
  return canonicalDomain(id) ?? id.toLowerCase();
}
