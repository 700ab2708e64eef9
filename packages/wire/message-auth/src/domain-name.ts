import { domainToASCII } from 'node:url';

const LABEL = '[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?';
const NAME = new RegExp(`^${LABEL}(?:\\.${LABEL})*$`);
const MAX_NAME_OCTETS = 253;
/** A U-label is never longer than its A-label; each of its characters counts for two at most. */
const MAX_TEXT_LENGTH = 2 * MAX_NAME_OCTETS + 1;

/**
 * The form under which domain names are asked for and compared: lower case, A-labels (RFC 5890 §2.3.2.1), no final
 * dot. `null` when it is no name that DNS could hold.
 */
export function canonicalDomain(text: string): string | null {
  if (text.length > MAX_TEXT_LENGTH) return null;
  let name = text.toLowerCase();
  if (/[^\x00-\x7f]/.test(name)) name = domainToASCII(name);
  if (name.endsWith('.')) name = name.slice(0, -1);
  return name.length <= MAX_NAME_OCTETS && NAME.test(name) ? name : null;
}

/** True when `child` is `parent` or below it; both canonical. */
export function isWithin(child: string, parent: string): boolean {
  return child === parent || (child.length > parent.length && child.endsWith(`.${parent}`));
}
