/** The addresses of a From field, in a form that only serves to find their domains. */
export interface FoundAddresses {
  /** Quoted local parts are replaced by a letter: an "@" in them separates nothing. */
  readonly addresses: readonly string[];
  /** The field is against the grammar in a way that readers resolve differently. */
  readonly malformed: boolean;
}

const TOKEN = /"(?:[^"\\]|\\.)*"|[^"<>,;:]+|./gsy;
const CONTROLS = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/;

/**
 * Finds the address of each mailbox, groups included (RFC 5322 §3.4, RFC 6854). Text beside `<...>` is a display name;
 * without `<...>` the text is the address. One pass, whatever comes.
 */
export function addressesIn(value: string): FoundAddresses {
  const plain = withoutComments(value);
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

  for (const [token] of (plain ?? value).matchAll(TOKEN)) {
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
    } else {
      if (token === '"') malformed = true;
      const text = token.startsWith('"') ? 'q' : token;
      if (inside === null) beside += text;
      else inside += text;
    }
  }
  endMailbox();
  return { addresses, malformed };
}

/** Each comment becomes a space (RFC 5322 §3.2.2); `null` when they do not close. */
function withoutComments(value: string): string | null {
  if (!value.includes('(')) return value;
  let kept = '';
  let depth = 0;
  let quoted = false;
  for (let i = 0; i < value.length; i++) {
    const c = value[i]!;
    if (c === '\\' && (quoted || depth > 0)) {
      if (depth === 0) kept += c + (value[i + 1] ?? '');
      i++;
    } else if (c === '"' && depth === 0) {
      quoted = !quoted;
      kept += c;
    } else if (quoted) kept += c;
    else if (c === '(') depth++;
    else if (c === ')' && depth > 0) {
      if (--depth === 0) kept += ' ';
    } else if (depth === 0) kept += c;
  }
  return depth === 0 ? kept : null;
}
