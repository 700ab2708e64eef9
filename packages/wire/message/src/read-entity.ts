import { DelimiterStack, type Level } from './delimiter-stack.ts';
import { contentFields, describePart } from './describe-part.ts';
import { finishLeaf } from './finish-leaf.ts';
import { judgeHeader } from './judge-header.ts';
import { isIdentity, isMessageType, type Manner, type OpenPart, OURS, type PendingReading } from './open-part.ts';
import { otherManners } from './other-manners.ts';
import type { ParseState } from './parse-state.ts';
import { scanHeader } from './scan-header.ts';

const DELIMITER_START = Buffer.from('\n--');
const DASH = 45;
const LF = 10;
const CR = 13;

/** A line that divides or ends an open multipart. */
interface Delimiter {
  readonly at: number;
  readonly lineEnd: number;
  readonly level: Level<OpenPart>;
  readonly isEnd: boolean;
}

/** Where the text before a boundary line ends: the line end before it belongs to the boundary. */
function beforeLine(raw: Buffer, at: number, least: number): number {
  if (at - 1 < least || raw[at - 1] !== LF) return Math.max(at, least);
  return at - 2 >= least && raw[at - 2] === CR ? at - 2 : at - 1;
}

/**
 * Reads the entity between `start` and `end` with all that is inside it. One walk over the boundary lines with a stack
 * of open multiparts: depth and number of parts do not change what an octet costs.
 */
class EntityReader {
  readonly pending: PendingReading[] = [];
  readonly #state: ParseState;
  readonly #raw: Buffer;
  readonly #end: number;
  readonly #stack: DelimiterStack<OpenPart>;
  readonly #boundaries = new Map<OpenPart, string>();
  #leaf: OpenPart | null = null;
  /** Root of another reading: what it lacks was already told of ours. */
  #quiet: OpenPart | null = null;
  #cut = false;

  constructor(state: ParseState, end: number) {
    this.#state = state;
    this.#raw = state.raw.subarray(0, end);
    this.#end = end;
    this.#stack = new DelimiterStack(this.#raw);
  }

  read(start: number, manner: Manner): OpenPart {
    const root = this.#header(start, manner, false);
    if (manner !== OURS) this.#quiet = root;
    let at = this.#open(root, manner);
    while (this.#stack.hasBoundary) {
      const found = this.#nextDelimiter(at);
      if (found === null) break;
      at = this.#pass(found);
      if (at === -1) {
        this.#cut = true;
        break;
      }
    }
    this.#close(0, this.#end);
    return root;
  }

  #nextDelimiter(from: number): Delimiter | null {
    const raw = this.#raw;
    const beginsLine = from === 0 || raw[from - 1] === LF;
    let at = beginsLine && raw[from] === DASH && raw[from + 1] === DASH ? from : this.#seek(from);
    for (; at !== -1; at = this.#seek(at + 1)) {
      const lf = raw.indexOf(LF, at);
      const lineEnd = lf === -1 ? this.#end : lf + 1;
      const match = this.#stack.match(at, lineEnd);
      if (match !== null) return { at, ...match, lineEnd };
    }
    return null;
  }

  #seek(from: number): number {
    const at = this.#raw.indexOf(DELIMITER_START, Math.max(from - 1, 0));
    return at === -1 ? -1 : at + 1;
  }

  /** Goes over a boundary line into the part behind it; -1 when no further part may be made. */
  #pass({ level, at, isEnd, lineEnd }: Delimiter): number {
    this.#close(level.index + 1, at);
    if (isEnd) {
      level.ended = true;
      return lineEnd;
    }
    if (!this.#state.takePart()) return -1;
    const part = this.#header(lineEnd, OURS, level.part.subtype === 'digest');
    if (level.ended) {
      this.#state.tell('epilogue-parts', at, level.boundary);
      (level.part.otherReadings ??= []).push(part);
    } else {
      (level.part.parts ??= []).push(part);
    }
    return this.#open(part, OURS);
  }

  /** Reads a header and what it says; the body is still open. */
  #header(start: number, manner: Manner, insideDigest: boolean): OpenPart {
    const state = this.#state;
    const scan = scanHeader(this.#raw, start, {
      end: manner.bodyAt ?? this.#end,
      fieldsLeft: state.fieldsLeft,
      strict: manner.strict ?? false,
      isBoundary: (from, to) => this.#stack.match(from, to) !== null,
    });
    state.countFields(scan.fields.length);
    judgeHeader(state, start, scan);
    const content = contentFields(scan.fields);
    const { boundary, otherEncodings, ...described } = describePart(state, content, insideDigest, manner.typeField);
    const part: OpenPart = {
      header: [start, scan.end],
      body: [scan.end, this.#end],
      fields: scan.fields,
      ...described,
      encoding: manner.encoding ?? described.encoding,
    };
    const divider = manner.boundary ?? boundary.boundary;
    if (divider !== null) this.#boundaries.set(part, divider);
    if (manner === OURS) {
      const manners = otherManners(state, part, scan, content, { boundary, otherEncodings });
      this.pending.push(...manners.map((other) => ({ part, manner: other })));
    }
    return part;
  }

  /** Enters the body of a part: pushes what contains others, goes on into a message inside. Returns where to look on. */
  #open(part: OpenPart, manner: Manner): number {
    let open = part;
    for (;;) {
      const at = open.header[1];
      const boundary = this.#boundaries.get(open) ?? null;
      this.#leaf = open;
      if (boundary === null && !(isMessageType(open) && isIdentity(open.encoding))) return at;
      if (this.#stack.depth >= this.#state.limits.depth) {
        this.#state.exceed('depth');
        return at;
      }
      if (boundary !== null) {
        if (this.#stack.isOpen(boundary)) this.#state.tell('boundary-reused', open.header[0], boundary);
        this.#stack.push(open, open.header[0], boundary, manner.prefix ?? false);
        this.#leaf = null;
        return at;
      }
      if (!this.#state.takePart()) return at;
      this.#stack.push(open, at, null, false);
      open.message = this.#header(at, OURS, false);
      open = open.message;
    }
  }

  /** Ends the leaf and every level from `index` on, at the boundary line or end of data at `at`. */
  #close(index: number, at: number): void {
    const endOf = (part: OpenPart) => (at === this.#end ? at : beforeLine(this.#raw, at, part.header[1]));
    let innerEnd = 0;
    if (this.#leaf !== null) {
      innerEnd = endOf(this.#leaf);
      this.#leaf.body[1] = innerEnd;
      finishLeaf(this.#state, this.#leaf);
      this.#leaf = null;
    }
    for (const level of this.#stack.popTo(index)) {
      innerEnd = Math.max(innerEnd, endOf(level.part));
      level.part.body[1] = innerEnd;
      if (level.delimiter !== null && level.part !== this.#quiet) this.#judgeLevel(level);
    }
  }

  #judgeLevel({ part, boundary, ended, prefixAt }: Level<OpenPart>): void {
    const bodyStart = part.header[1];
    if (part.parts === undefined) this.#state.tell('boundary-missing', bodyStart, boundary);
    else if (!ended && !this.#cut) this.#state.tell('end-boundary-missing', bodyStart, boundary);
    if (prefixAt === -1) return;
    this.#state.tell('boundary-prefix', prefixAt, boundary);
    this.pending.push({ part, manner: { prefix: true } });
  }
}

/** Reads one entity; `pending` lists what others would read in another manner. */
export function readEntity(
  state: ParseState,
  start: number,
  end: number,
  manner: Manner,
): { part: OpenPart; pending: readonly PendingReading[] } {
  const reader = new EntityReader(state, end);
  const part = reader.read(start, manner);
  return { part, pending: reader.pending };
}
