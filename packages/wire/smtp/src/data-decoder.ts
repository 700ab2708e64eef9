/** What makes message data unfit to take: line ends other than CRLF (RFC 5321 §2.3.8) or NUL (RFC 5322 §2.1). */
export type DataDefect = 'bare-cr' | 'bare-lf' | 'nul';

const LF = 10;
const CR = 13;
const DOT = 46;
const CRLF = Buffer.from('\r\n');
/** Octets looked at as one string: enough to make calls rare, little enough to stay in the processor's cache. */
const WINDOW_OCTETS = 16_384;
const SMALL_OCTETS = 512;
const SMALL_PIECES = 64;
const LONE_CR = Buffer.from('\r');

/** What the octets read so far leave open; in `dot` and `dot-cr` the held octets may begin the end of data. */
type Position = 'text' | 'cr' | 'line' | 'dot' | 'dot-cr';

/**
 * Reads what follows DATA: finds the end of data, which is CRLF.CRLF and nothing else, and takes the stuffed dots out
 * (RFC 5321 §4.5.2). Any other line end or a NUL is reported as a defect and never repaired. Works on chunks of any
 * size; pieces are views of the chunks, except that many small ones are joined.
 */
export class DataDecoder {
  #position: Position = 'line';
  #defect: DataDefect | null = null;
  #pieces: Buffer[] = [];
  #small = 0;
  #sizeOctets = 0;
  #emitFrom = 0;

  /** The first defect found, if any. */
  get defect(): DataDefect | null {
    return this.#defect;
  }

  /** Octets of the message so far, without stuffed dots and end of data. */
  get sizeOctets(): number {
    return this.#sizeOctets;
  }

  /** The message's octets since the last {@link take}. */
  get pieces(): readonly Buffer[] {
    return this.#pieces;
  }

  /** Reads a chunk from `from` on. Returns the index behind the end of data, or -1 while it has not come. */
  push(chunk: Buffer, from = 0): number {
    this.#emitFrom = from;
    for (let at = from; at < chunk.length; at += WINDOW_OCTETS) {
      const end = this.#window(chunk, at, Math.min(chunk.length, at + WINDOW_OCTETS));
      if (end >= 0) return end;
    }
    const held = this.#position === 'dot' ? 1 : this.#position === 'dot-cr' ? 2 : 0;
    this.#emit(chunk, Math.max(this.#emitFrom, chunk.length - held));
    return -1;
  }

  /** Hands over the {@link pieces} and forgets them. */
  take(): Buffer[] {
    const pieces = this.#pieces;
    this.#pieces = [];
    this.#small = 0;
    return pieces;
  }

  #window(chunk: Buffer, from: number, to: number): number {
    let at = this.#resume(chunk, from, to);
    if (at < 0) return -at;
    if (at < to) at = this.#defect === null ? this.#strict(chunk, at, to) : this.#skim(chunk, at, to);
    return at < 0 ? -at : -1;
  }

  /** Settles what the last window left open. Returns where to go on, or minus the index behind the end of data. */
  #resume(chunk: Buffer, from: number, to: number): number {
    const octet = chunk[from]!;
    switch (this.#position) {
      case 'text':
        return from;
      case 'line':
        return octet === DOT ? this.#dot(chunk, from, to) : this.#settle(from);
      case 'cr':
        if (octet !== LF) return this.#bareCr(from);
        this.#position = 'line';
        return from + 1 < to && chunk[from + 1] === DOT ? this.#dot(chunk, from + 1, to) : from + 1;
      case 'dot':
        this.#emitFrom = Math.max(this.#emitFrom, from);
        if (octet !== CR) return this.#settle(from);
        if (from + 1 < to) return chunk[from + 1] === LF ? this.#ended(from + 2) : this.#settle(from);
        this.#position = 'dot-cr';
        return to;
      case 'dot-cr':
        if (octet === LF) return this.#ended(from + 1);
        if (this.#emitFrom >= from) this.#keep(LONE_CR);
        return this.#bareCr(from);
    }
  }

  /** All line ends in order so far: walks from CRLF to CRLF and stops at the first thing that is not one. */
  #strict(chunk: Buffer, from: number, to: number): number {
    const text = chunk.toString('latin1', from, to);
    const end = this.#lines(chunk, text, from, to);
    if (this.#defect === null) {
      const nul = text.indexOf('\0');
      if (nul >= 0 && from + nul < Math.abs(end)) this.#defect = 'nul';
    }
    return end;
  }

  #lines(chunk: Buffer, text: string, from: number, to: number): number {
    const length = text.length;
    let at = 0;
    for (;;) {
      const lf = text.indexOf('\n', at);
      const cr = text.indexOf('\r', at);
      if (lf < 0 ? cr >= 0 && cr < length - 1 : lf === 0 || cr !== lf - 1) {
        this.#defect = cr >= 0 && (lf < 0 || cr < lf) ? 'bare-cr' : 'bare-lf';
        return this.#skim(chunk, from + at, to);
      }
      if (lf < 0) {
        this.#position = cr < 0 ? 'text' : 'cr';
        return to;
      }
      at = lf + 1;
      if (at === length) {
        this.#position = 'line';
        return to;
      }
      if (text.charCodeAt(at) === DOT) {
        const next = this.#dot(chunk, from + at, to);
        if (next < 0 || next === to) return next;
        at = next - from;
      }
    }
  }

  /** The message is refused already: only its end matters. */
  #skim(chunk: Buffer, from: number, to: number): number {
    const view = chunk.subarray(0, to);
    let at = from;
    for (;;) {
      const found = view.indexOf(CRLF, at);
      if (found < 0) {
        this.#position = at < to && chunk[to - 1] === CR ? 'cr' : 'text';
        return to;
      }
      at = found + 2;
      if (at === to) {
        this.#position = 'line';
        return to;
      }
      if (chunk[at] === DOT) {
        const next = this.#dot(chunk, at, to);
        if (next < 0 || next === to) return next;
        at = next;
      }
    }
  }

  /** A dot at the start of a line: end of data, a stuffed dot, or not known before the next chunk. */
  #dot(chunk: Buffer, dot: number, to: number): number {
    this.#emit(chunk, dot);
    this.#emitFrom = dot + 1;
    if (dot + 1 === to) {
      this.#position = 'dot';
      return to;
    }
    if (chunk[dot + 1] === CR) {
      if (dot + 2 === to) {
        this.#position = 'dot-cr';
        return to;
      }
      if (chunk[dot + 2] === LF) return this.#ended(dot + 3);
    }
    return this.#settle(dot + 1);
  }

  #settle(at: number): number {
    this.#position = 'text';
    return at;
  }

  #bareCr(at: number): number {
    this.#defect ??= 'bare-cr';
    return this.#settle(at);
  }

  #ended(behind: number): number {
    this.#position = 'line';
    this.#emitFrom = behind;
    return -behind;
  }

  #emit(chunk: Buffer, to: number): void {
    if (to > this.#emitFrom) {
      const whole = this.#emitFrom === 0 && to === chunk.length;
      this.#keep(whole ? chunk : chunk.subarray(this.#emitFrom, to));
    }
    this.#emitFrom = to;
  }

  #keep(piece: Buffer): void {
    this.#sizeOctets += piece.length;
    this.#pieces.push(piece);
    if (piece.length >= SMALL_OCTETS) {
      this.#small = 0;
    } else if (++this.#small >= SMALL_PIECES) {
      // A sender of tiny segments, or of dots only, would otherwise cost a hundred octets of ours for each of its own.
      const joined = Buffer.concat(this.#pieces.splice(this.#pieces.length - this.#small));
      this.#pieces.push(joined);
      this.#small = joined.length >= SMALL_OCTETS ? 0 : 1;
    }
  }
}
