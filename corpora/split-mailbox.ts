/** How the members of a mailbox file are told apart, by what it begins with. */
interface Dialect {
  /** The separator is a line of its own, not the first field of the next member. */
  readonly isOwnLine: boolean;
  isSeparator(line: string): boolean;
}

const FIELD = /^[!-9;-~]+:/;
const MMDF = '\x01\x01\x01\x01';

/**
 * Splits a mailbox file into its members, octet for octet: `From ` lines, MMDF, a year alone on a line, or members that
 * all begin with the same field behind an empty line. One member when it is none of these.
 */
export function splitMailbox(octets: Buffer): Buffer[] {
  const lines = linesOf(octets);
  const first = lines.find(({ text }) => text !== '');
  const dialect = first ? dialectOf(first.text) : null;
  if (!dialect) return [octets];
  const starts: { readonly at: number; readonly from: number }[] = [];
  for (const [number, { text, start, end }] of lines.entries()) {
    const isBehindGap = number === 0 || lines[number - 1]!.text === '' || lines[number - 1]!.text === MMDF;
    if (!dialect.isSeparator(text) || !(isBehindGap || text === MMDF)) continue;
    if (starts.length > 0 && text !== MMDF && !FIELD.test(lines[number + 1]?.text ?? '')) continue;
    starts.push({ at: start, from: dialect.isOwnLine ? end : start });
  }
  return starts
    .map(({ from }, number) => octets.subarray(from, starts[number + 1]?.at ?? octets.length))
    .filter((member) => member.length > 0);
}

function dialectOf(first: string): Dialect | null {
  if (first.startsWith('From ')) return { isOwnLine: true, isSeparator: (line) => /^From \S/.test(line) };
  if (first === MMDF) return { isOwnLine: true, isSeparator: (line) => line === MMDF };
  if (/^\d{4}$/.test(first)) return { isOwnLine: true, isSeparator: (line) => line === first };
  const name = FIELD.exec(first)?.[0].toLowerCase();
  return name ? { isOwnLine: false, isSeparator: (line) => line.toLowerCase().startsWith(name) } : null;
}

interface Line {
  readonly text: string;
  readonly start: number;
  /** Behind its line end. */
  readonly end: number;
}

function linesOf(octets: Buffer): Line[] {
  const lines: Line[] = [];
  for (let start = 0; start < octets.length; ) {
    const lf = octets.indexOf(10, start);
    const end = lf < 0 ? octets.length : lf + 1;
    lines.push({ text: octets.toString('latin1', start, end).replace(/\r?\n$/, ''), start, end });
    start = end;
  }
  return lines;
}
