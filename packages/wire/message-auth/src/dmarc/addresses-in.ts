/** The addresses of a From field, in a form that only serves to find their domains. */
export interface FoundAddresses {
  /** Quoted local parts are replaced by a letter: an "@" in them separates nothing. */
  readonly addresses: readonly string[];
  /** The field is against the grammar in a way that readers resolve differently. */
  readonly malformed: boolean;
}

const TOKEN = /[<>,;:]|[^<>,;:]+/g;
const CONTROLS = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/;

/**
 * Finds the address of each mailbox, groups included (RFC 5322 §3.4, RFC 6854). Text beside `<...>` is a display name;
 * without `<...>` the text is the address. One pass, whatever comes.
 */
export function addressesIn(value: string): FoundAddresses {
  const plain = withoutQuotes(value);
  const addresses: string[] = [];
  let malformed = plain === null || CONTROLS.test(value);
  let beside = '';
  let inside: string | null = null;
  let angles = 0;

  const endMailbox = () => {
    if (inside !== null) addresses.push(inside.trim());
    else if (angles === 0 && beside.trim() !== '') addresses.push(beside.trim());
    if (inside !== null || angles > 1) malformed = true;
    beside = '';
    inside = null;
    angles = 0;
  };

  for (const [token] of (plain ?? value.replace(/["()\\]/g, ' ')).matchAll(TOKEN)) {
    if (token === '<') {
      if (inside !== null) malformed = true;
      inside = '';
      angles++;
    } else if (token === '>') {
      if (inside === null) malformed = true;
      else addresses.push(inside.trim());
      inside = null;
    } else if (token === ';' || (token === ',' && inside === null)) endMailbox();
    else if (token === ':' && inside === null) {
      if (beside.includes('@')) malformed = true;
      beside = '';
    } else if (inside === null) beside += token;
    else inside += token;
  }
  endMailbox();
  return { addresses, malformed };
}

/** Quoted strings become a letter, comments a space (RFC 5322 §3.2.2, §3.2.4); `null` when one does not close. */
function withoutQuotes(value: string): string | null {
  if (!/["(\\]/.test(value)) return value;
  let kept = '';
  let depth = 0;
  let quoted = false;
  for (let i = 0; i < value.length; i++) {
    const c = value[i]!;
    if (c === '\\' && (quoted || depth > 0)) i++;
    else if (c === '"' && depth === 0) {
      quoted = !quoted;
      if (quoted) kept += 'q';
    } else if (quoted) continue;
    else if (c === '(') depth++;
    else if (c === ')' && depth > 0) {
      if (--depth === 0) kept += ' ';
    } else if (depth === 0) kept += c;
  }
  return depth === 0 && !quoted ? kept : null;
}
