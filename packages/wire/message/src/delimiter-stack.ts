/** A multipart or message that is open, with the boundary that divides it (`null` for a message). */
export interface Level<P> {
  readonly index: number;
  readonly part: P;
  readonly boundary: string;
  readonly delimiter: Buffer | null;
  readonly prefix: boolean;
  /** The end boundary has been passed: what follows is the epilogue. */
  ended: boolean;
  /** A line that begins with the boundary but is longer; -1 if there is none. */
  prefixAt: number;
}

const DASH = 45;
const isPadding = (octet: number | undefined) => octet === 32 || octet === 9 || octet === 13 || octet === 10;

/** The open levels from the outermost to the innermost. */
export class DelimiterStack<P> {
  readonly #raw: Buffer;
  readonly #levels: Level<P>[] = [];
  #boundaries = 0;

  constructor(raw: Buffer) {
    this.#raw = raw;
  }

  get depth(): number {
    return this.#levels.length;
  }

  get hasBoundary(): boolean {
    return this.#boundaries > 0;
  }

  isOpen(boundary: string): boolean {
    return this.#levels.some((level) => level.delimiter !== null && level.boundary === boundary);
  }

  /** Opens a part whose header begins at `at`. A boundary that begins with an outer one is noted there. */
  push(part: P, at: number, boundary: string | null, prefix: boolean): void {
    const delimiter = boundary === null ? null : Buffer.from(`--${boundary}`);
    if (boundary !== null) {
      this.#boundaries++;
      for (const level of this.#levels) {
        const begins = level.delimiter !== null && boundary !== level.boundary && boundary.startsWith(level.boundary);
        if (begins && level.prefixAt === -1) level.prefixAt = at;
      }
    }
    this.#levels.push({
      index: this.#levels.length,
      part,
      boundary: boundary ?? '',
      delimiter,
      prefix,
      ended: false,
      prefixAt: -1,
    });
  }

  /** Takes the levels from `index` on off the stack, innermost first. */
  popTo(index: number): Level<P>[] {
    const popped = this.#levels.splice(index).reverse();
    for (const level of popped) if (level.delimiter !== null) this.#boundaries--;
    return popped;
  }

  /**
   * The innermost level that the line from `at` to `lineEnd` divides or ends (RFC 2046 §5.1.1): its boundary and
   * nothing but white space behind it. Longer lines are noted with the level whose boundary they begin with.
   */
  match(at: number, lineEnd: number): { level: Level<P>; isEnd: boolean } | null {
    let prefixed: Level<P> | null = null;
    for (let index = this.#levels.length - 1; index >= 0; index--) {
      const level = this.#levels[index]!;
      if (level.delimiter === null || !this.#beginsWith(level.delimiter, at, lineEnd)) continue;
      let rest = at + level.delimiter.length;
      const isEnd = this.#raw[rest] === DASH && this.#raw[rest + 1] === DASH && rest + 2 <= lineEnd;
      if (isEnd) rest += 2;
      while (rest < lineEnd && isPadding(this.#raw[rest])) rest++;
      if (rest === lineEnd) return { level, isEnd };
      if (level.prefix) return { level, isEnd };
      if (level.prefixAt === -1) prefixed ??= level;
    }
    if (prefixed !== null) prefixed.prefixAt = at;
    return null;
  }

  #beginsWith(delimiter: Buffer, at: number, lineEnd: number): boolean {
    if (lineEnd - at < delimiter.length) return false;
    for (let i = 2; i < delimiter.length; i++) if (this.#raw[at + i] !== delimiter[i]) return false;
    return true;
  }
}
