/** One `name=value` as it stands, RFC 2231 marks still on the name. */
export interface RawParameter {
  readonly name: string;
  readonly value: string;
  /** Unquoted: everything up to the semicolon, where `value` ends at the first space or comment. */
  readonly whole: string;
  /** A quoted string with backslashes: the same with the backslashes kept, as some readers take it. */
  readonly unescaped?: string;
}

/** A value with parameters, as Content-Type and Content-Disposition are (RFC 2045 §5.1, RFC 2183). */
export interface StructuredValue {
  /** Lower case, comments removed. */
  readonly value: string;
  readonly parameters: readonly RawParameter[];
  readonly comments: readonly string[];
  /** More parameters than allowed: the rest is not read. */
  readonly tooMany: boolean;
}

/** Behind a comment that begins at `at`; nested ones are counted, not entered (RFC 5322 §3.2.2). */
export function skipComment(text: string, at: number): number {
  let depth = 0;
  for (let i = at; i < text.length; i++) {
    const character = text[i];
    if (character === '\\') i++;
    else if (character === '(') depth++;
    else if (character === ')' && --depth === 0) return i + 1;
  }
  return text.length;
}

/** Text and end of the quoted string that begins at `at`; one without an end goes on to the end of the value. */
export function readQuoted(text: string, at: number): { text: string; raw: string; end: number } {
  let piece = '';
  let from = at + 1;
  for (let i = from; i < text.length; i++) {
    const character = text[i];
    if (character === '"') return { text: piece + text.slice(from, i), raw: text.slice(at + 1, i), end: i + 1 };
    if (character === '\\' && i + 1 < text.length) {
      piece += text.slice(from, i);
      from = ++i;
    }
  }
  return { text: piece + text.slice(from), raw: text.slice(at + 1), end: text.length };
}

const isSpace = (character: string | undefined) =>
  character === ' ' || character === '\t' || character === '\r' || character === '\n';

/** Reads a structured value in one pass. Never fails: what cannot be read is left out. */
export function parseStructuredValue(text: string, maxParameters: number): StructuredValue {
  const comments: string[] = [];
  const parameters: RawParameter[] = [];
  let tooMany = false;
  let at = 0;
  const skipSpace = () => {
    for (;;) {
      while (isSpace(text[at])) at++;
      if (text[at] !== '(') return;
      const end = skipComment(text, at);
      comments.push(text.slice(at + 1, end - 1));
      at = end;
    }
  };
  const readUntil = (stops: string) => {
    const start = at;
    while (at < text.length && !stops.includes(text[at]!)) at++;
    return text.slice(start, at);
  };

  let value = '';
  for (skipSpace(); at < text.length && text[at] !== ';'; skipSpace()) value += readUntil('; \t\r\n(');
  while (at < text.length) {
    if (text[at] === ';') at++;
    skipSpace();
    if (text[at] === ';') continue;
    const name = readUntil('=; \t\r\n(').toLowerCase();
    skipSpace();
    if (text[at] !== '=') {
      readUntil(';');
      continue;
    }
    at++;
    skipSpace();
    if (parameters.length >= maxParameters) {
      tooMany = true;
      break;
    }
    if (text[at] === '"') {
      const quoted = readQuoted(text, at);
      at = quoted.end;
      const unescaped = quoted.raw.includes('\\') ? { unescaped: quoted.raw } : {};
      parameters.push({ name, value: quoted.text, whole: quoted.text, ...unescaped });
      skipQuotedRest();
    } else {
      const start = at;
      const word = readUntil('; \t\r\n(');
      readUntil(';');
      parameters.push({ name, value: word, whole: text.slice(start, at).trimEnd() });
    }
  }
  return { value: value.toLowerCase(), parameters, comments, tooMany };

  function skipQuotedRest() {
    const start = at;
    skipSpace();
    if (at < text.length && text[at] !== ';' && start === at) readUntil(';');
  }
}
