/** A tag-list as DKIM, ARC and DMARC use it (RFC 6376 §3.2), or why it is none. */
export interface TagList {
  /** Values without white space around them, folds kept; names as written, for they are case-sensitive. */
  readonly tags: ReadonlyMap<string, string>;
  /** The first name of the list. */
  readonly first: string;
  /** What is wrong with it; `null` for a well-formed list. */
  readonly fault: string | null;
}

const TAG_NAME = /^[A-Za-z][A-Za-z0-9_]*$/;
const FOLDING = ' \t\r\n';

/** Reads a tag-list. Never throws: the fault is part of the answer. */
export function parseTagList(text: string): TagList {
  const tags = new Map<string, string>();
  let first = '';
  let fault: string | null = null;
  const specs = text.split(';');
  for (let i = 0; i < specs.length; i++) {
    const spec = trimFolding(specs[i]!);
    if (spec === '') {
      if (i < specs.length - 1 || i === 0) fault ??= 'empty tag';
      continue;
    }
    const equals = spec.indexOf('=');
    const name = equals < 0 ? spec : trimFolding(spec.slice(0, equals));
    if (equals < 0) fault ??= 'tag without "="';
    else if (!TAG_NAME.test(name)) fault ??= 'malformed tag name';
    else if (tags.has(name)) fault ??= `tag ${name}= twice`;
    else {
      if (first === '') first = name;
      tags.set(name, trimFolding(spec.slice(equals + 1)));
    }
  }
  return { tags, first, fault };
}

/** By hand: a pattern for the end would take time with the square of white space inside. */
function trimFolding(text: string): string {
  let [from, to] = [0, text.length];
  while (from < to && FOLDING.includes(text[from]!)) from++;
  while (to > from && FOLDING.includes(text[to - 1]!)) to--;
  return text.slice(from, to);
}

/** A value without any folding white space, as base64 and name lists allow it anywhere. */
export function withoutFolding(value: string): string {
  return /[ \t\r\n]/.test(value) ? value.replace(/[ \t\r\n]+/g, '') : value;
}

/** A colon-separated list in lower case; empty entries are dropped. */
export function colonList(value: string): string[] {
  return withoutFolding(value)
    .toLowerCase()
    .split(':')
    .filter((entry) => entry !== '');
}
