/** A macro that stands for a part of the envelope (RFC 7208 §7.1). */
interface Macro {
  readonly letter: string;
  /** An upper-case letter asks for URL escaping. */
  readonly escaped: boolean;
  /** How many parts are kept from the right; 0 keeps all. */
  readonly parts: number;
  readonly reversed: boolean;
  readonly delimiters: string;
}

/** A text with macros, ready to be expanded. */
export interface MacroString {
  readonly pieces: readonly (string | Macro)[];
  /** The text behind the last macro; `null` when a macro ends it. */
  readonly tail: string | null;
  /** It needs the validated name of the client, which costs look-ups. */
  readonly usesClientName: boolean;
}

/** What the macro letters stand for (RFC 7208 §7.2). */
export type MacroValues = Readonly<Record<string, string>>;

const MACRO = /^%(?:([%_-])|\{([a-zA-Z])([0-9]*)(r?)([.\-+,/_=]*)\})/i;
const ANYWHERE = 'slodiphv';
const IN_EXPLANATION = `${ANYWHERE}crt`;
const ESCAPES: Readonly<Record<string, string>> = { '%': '%', _: ' ', '-': '%20' };
const LITERAL = /^[\x21-\x24\x26-\x7e]+/;
const LITERAL_OR_SPACE = /^[\x20-\x24\x26-\x7e]+/;
const TOP_LABEL = /^(?:[a-z0-9]*[a-z][a-z0-9]*|[a-z0-9]+-[a-z0-9-]*[a-z0-9])$/i;

/** Reads a macro-string, or an explain-string, which may also hold spaces and the letters c, r and t. */
export function parseMacroString(text: string, use: 'target' | 'unknown-modifier' | 'explanation'): MacroString | null {
  const literals = use === 'explanation' ? LITERAL_OR_SPACE : LITERAL;
  const letters = use === 'target' ? ANYWHERE : IN_EXPLANATION;
  const pieces: (string | Macro)[] = [];
  let tail: string | null = null;
  for (let rest = text; rest !== ''; ) {
    tail = literals.exec(rest)?.[0] ?? null;
    const found = tail === null ? MACRO.exec(rest) : null;
    const piece = tail ?? (found && readMacro(found, letters));
    if (piece === null) return null;
    pieces.push(piece);
    rest = rest.slice(tail?.length ?? found![0].length);
  }
  return { pieces, tail, usesClientName: pieces.some((piece) => typeof piece !== 'string' && piece.letter === 'p') };
}

function readMacro([, sign, written, digits, reverse, delimiters]: RegExpExecArray, letters: string) {
  if (sign) return ESCAPES[sign]!;
  const letter = written!.toLowerCase();
  if (!letters.includes(letter) || (digits !== '' && Number(digits) === 0)) return null;
  const parts = Number(digits);
  return { letter, escaped: written !== letter, parts, reversed: reverse !== '', delimiters: delimiters || '.' };
}

/** Reads a domain-spec: a macro-string that ends in a macro or in the name of a top-level domain (RFC 7208 §7.1). */
export function parseDomainSpec(text: string): MacroString | null {
  const spec = parseMacroString(text, 'target');
  if (!spec || spec.pieces.length === 0) return null;
  if (spec.tail === null) return spec;
  const labels = spec.tail.replace(/\.$/, '').split('.');
  return labels.length > 1 && TOP_LABEL.test(labels.at(-1)!) ? spec : null;
}

/** Puts the values in place of the macros (RFC 7208 §7.3). */
export function expandMacros({ pieces }: MacroString, values: MacroValues): string {
  return pieces.map((piece) => (typeof piece === 'string' ? piece : expand(piece, values[piece.letter]!))).join('');
}

function expand({ parts, reversed, delimiters, escaped }: Macro, value: string): string {
  let kept: string[] = [''];
  for (const c of value) {
    if (delimiters.includes(c)) kept.push('');
    else kept[kept.length - 1] += c;
  }
  if (reversed) kept.reverse();
  if (parts > 0) kept = kept.slice(-parts);
  const text = kept.join('.');
  return escaped ? encodeURIComponent(text.toWellFormed()).replace(/[!'()*]/g, percent) : text;
}

function percent(c: string): string {
  return `%${c.charCodeAt(0).toString(16).toUpperCase()}`;
}
