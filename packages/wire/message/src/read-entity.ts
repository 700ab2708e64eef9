import { findBase64Faults } from './base64.ts';
import { contentFields, type Description, describePart } from './describe-part.ts';
import { DelimiterStack, type Level } from './delimiter-stack.ts';
import { headerText } from './header-text.ts';
import type { ParseState } from './parse-state.ts';
import { type HeaderScan, scanHeader } from './scan-header.ts';
import type { Field, Part, TransferEncoding } from './tree.ts';
import { findUuencoded } from './uuencode.ts';

/** A part while it is read. */
export interface OpenPart extends Omit<Part, 'body' | 'parts' | 'message' | 'otherReadings'> {
  body: [number, number];
  parts?: OpenPart[];
  message?: OpenPart;
  otherReadings?: OpenPart[];
}

/** How to read an entity differently from the way we do. */
export interface Manner {
  /** The Content-Type to follow; `null` for none. */
  readonly typeField?: Field | null;
  readonly boundary?: string;
  readonly encoding?: TransferEncoding;
  /** A line that only begins with the boundary counts as one. */
  readonly prefix?: boolean;
  /** The body begins here, at a line that we pass over in the header. */
  readonly bodyAt?: number;
  /** Only CR LF ends a header line. */
  readonly strict?: boolean;
}

/** An entity that others read in another manner. */
export interface PendingReading {
  readonly part: OpenPart;
  readonly manner: Manner;
}

const DELIMITER_START = Buffer.from('\n--');
const LF = 10;
const CR = 13;
const MESSAGE_TYPES = new Set(['rfc822', 'global', 'news']);
const ADDRESS_FIELD = /^(?:resent-)?(?:from|sender|reply-to|to|cc|bcc)$/;
const isIdentity = (encoding: TransferEncoding) => encoding !== 'base64' && encoding !== 'quoted-printable';

/** Where the text before a boundary line ends: the line end before it belongs to the boundary. */
function beforeLine(raw: Buffer, at: number, least: number): number {
  if (at - 1 < least || raw[at - 1] !== LF) return Math.max(at, least);
  return at - 2 >= least && raw[at - 2] === CR ? at - 2 : at - 1;
}

/**
 * Reads the entity between `start` and `end` with all that is inside it. One walk over the boundary lines with a stack
 * of open multiparts: depth and number of parts do not change what an octet costs.
 */
export class EntityReader {
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
    this.#raw = state.raw;
    this.#end = end;
    this.#stack = new DelimiterStack(state.raw);
  }

  read(start: number, manner: Manner): OpenPart {
    const root = this.#header(start, manner, false);
    if (Object.keys(manner).length > 0) this.#quiet = root;
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

  #nextDelimiter(from: number): { at: number; level: Level<OpenPart>; isEnd: boolean; lineEnd: number } | null {
    let at = from;
    if (
      !(
        from < this.#end &&
        (from === 0 || this.#raw[from - 1] === LF) &&
        this.#raw[from] === 45 &&
        this.#raw[from + 1] === 45
      )
    ) {
      at = this.#seek(from);
    }
    for (; at !== -1; at = this.#seek(at + 1)) {
      const lf = this.#raw.indexOf(LF, at);
      const lineEnd = lf === -1 || lf >= this.#end ? this.#end : lf + 1;
      const match = this.#stack.match(at, lineEnd);
      if (match !== null) return { at, ...match, lineEnd };
    }
    return null;
  }

  #seek(from: number): number {
    const at = this.#raw.indexOf(DELIMITER_START, Math.max(from - 1, 0));
    return at === -1 || at + 1 >= this.#end ? -1 : at + 1;
  }

  /** Goes over a boundary line into the part behind it; -1 when no further part may be made. */
  #pass(found: { at: number; level: Level<OpenPart>; isEnd: boolean; lineEnd: number }): number {
    const { level, at, isEnd, lineEnd } = found;
    this.#close(level.index + 1, at);
    if (isEnd) {
      level.ended = true;
      return lineEnd;
    }
    if (!this.#state.takePart()) return -1;
    const part = this.#header(lineEnd, {}, level.part.subtype === 'digest');
    if (level.ended) {
      this.#state.tell('epilogue-parts', at, level.boundary);
      (level.part.otherReadings ??= []).push(part);
    } else {
      (level.part.parts ??= []).push(part);
    }
    return this.#open(part, {});
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
    this.#tellHeader(start, scan);
    const content = contentFields(scan.fields);
    const description = describePart(state, content, insideDigest, manner.typeField);
    const { boundary, otherEncodings, ...described } = description;
    const part: OpenPart = {
      header: [start, scan.end],
      body: [scan.end, this.#end],
      fields: scan.fields,
      ...described,
      encoding: manner.encoding ?? described.encoding,
    };
    const divider = manner.boundary ?? boundary.boundary;
    if (divider !== null) this.#boundaries.set(part, divider);
    if (Object.keys(manner).length > 0) return part;
    this.#tellContent(part, scan, content, description);
    return part;
  }

  /** Enters the body of a part: pushes what contains others, goes on into a message inside. Returns where to look on. */
  #open(part: OpenPart, manner: Manner): number {
    let open = part;
    for (;;) {
      const at = open.header[1];
      const boundary = this.#boundaries.get(open) ?? null;
      const isMessage = open.type === 'message' && MESSAGE_TYPES.has(open.subtype);
      const contains = isIdentity(open.encoding) ? isMessage : false;
      this.#leaf = open;
      if (boundary === null && !contains) return at;
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
      open.message = this.#header(at, {}, false);
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
      this.#finishLeaf(this.#leaf);
      this.#leaf = null;
    }
    for (const level of this.#stack.popTo(index)) {
      innerEnd = Math.max(innerEnd, endOf(level.part));
      level.part.body[1] = innerEnd;
      if (level.delimiter === null) continue;
      if (level.part === this.#quiet) continue;
      if (level.part.parts === undefined) {
        this.#state.tell('boundary-missing', level.part.header[1], level.boundary);
      } else if (!level.ended && !this.#cut) {
        this.#state.tell('end-boundary-missing', level.part.header[1], level.boundary);
      }
      if (level.prefixAt !== -1) {
        this.#state.tell('boundary-prefix', level.prefixAt, level.boundary);
        this.pending.push({ part: level.part, manner: { prefix: true } });
      }
    }
  }

  #finishLeaf(part: OpenPart): void {
    const [start, end] = part.body;
    const state = this.#state;
    if (part.encoding === 'base64') {
      const { junkAt, paddingInsideAt } = findBase64Faults(this.#raw, start, end);
      if (junkAt !== -1) state.tell('base64-junk', junkAt, part.name ?? part.subtype);
      if (paddingInsideAt !== -1) state.tell('base64-padding-inside', paddingInsideAt, part.name ?? part.subtype);
    } else if (part.type === 'text' && part.subtype === 'plain' && isIdentity(part.encoding)) {
      for (const file of findUuencoded(this.#raw, start, end, state.limits.parts)) {
        if (!state.takePart()) return;
        const name = headerText(file.name, part.charset);
        state.tell('uuencoded-in-text', file.range[0], name);
        (part.otherReadings ??= []).push(uuencodedPart(file.range, name));
      }
    }
  }

  #tellHeader(start: number, scan: HeaderScan): void {
    const state = this.#state;
    const octets = this.#raw.subarray(start, scan.fieldsEnd);
    if (octets.length > state.limits.headerOctets) state.exceed('headerOctets');
    if (scan.longestLine > state.limits.lineOctets) state.exceed('lineOctets');
    if (scan.tooManyFields) state.exceed('headerFields');
    for (const field of scan.fields) this.#measure(field);
    const nul = octets.indexOf(0);
    if (nul !== -1) state.tell('nul-in-header', start + nul, '');
    for (let cr = octets.indexOf(CR); cr !== -1; cr = octets.indexOf(CR, cr + 1)) {
      if (octets[cr + 1] === LF) continue;
      state.tell('bare-cr-in-header', start + cr, '');
      break;
    }
    if (scan.bareLfAt !== -1) state.tell('bare-lf-in-header', scan.bareLfAt, '');
    if (scan.spaceBeforeColonAt !== -1) state.tell('space-before-colon', scan.spaceBeforeColonAt, '');
    if (scan.controlInNameAt !== -1) state.tell('field-name-control', scan.controlInNameAt, '');
    if (scan.garbageAt !== -1) state.tell('header-garbage', scan.garbageAt, '');
  }

  /** Fields so long that they may hold more addresses or encoded words than anybody reads. */
  #measure(field: Field): void {
    const { limits } = this.#state;
    const length = field.end - field.start;
    if (length > limits.fieldOctets) this.#state.exceed('fieldOctets');
    const holdsAddresses = ADDRESS_FIELD.test(field.name) && length > limits.addresses * 3;
    if (holdsAddresses && this.#count(field, 64, limits.addresses)) this.#state.exceed('addresses');
    if (length > limits.encodedWords * 8 && this.#count(field, 63, limits.encodedWords * 4)) {
      this.#state.exceed('encodedWords');
    }
  }

  #count(field: Field, octet: number, most: number): boolean {
    let count = 0;
    for (let i = field.valueStart; i < field.end && count <= most; i++) if (this.#raw[i] === octet) count++;
    return count > most;
  }

  /** Where the header lets others see another body, notes how they read it. */
  #tellContent(
    part: OpenPart,
    scan: HeaderScan,
    content: ReturnType<typeof contentFields>,
    { boundary, otherEncodings }: Description,
  ): void {
    const state = this.#state;
    const at = part.header[0];
    const otherwise = (manner: Manner) => this.pending.push({ part, manner });
    if (content.types.length > 1) {
      state.tell('content-type-twice', content.types[1]!.start, '');
      for (const typeField of content.types.slice(1, 4)) otherwise({ typeField });
    }
    if (content.dispositions.length > 1) state.tell('content-disposition-twice', content.dispositions[1]!.start, '');
    if (content.encodings.length > 1) {
      state.tell('transfer-encoding-twice', content.encodings[1]!.start, '');
      for (const encoding of otherEncodings) otherwise({ encoding });
    }
    if (part.encoding === 'unknown') {
      otherwise({ encoding: 'base64' });
      otherwise({ encoding: 'quoted-printable' });
    }
    if (part.type === 'multipart' && boundary.boundary === null) state.tell('boundary-missing', at, '');
    for (const other of boundary.others) otherwise({ boundary: other });
    if (scan.garbageAt !== -1) otherwise({ bodyAt: scan.garbageAt });
    if (scan.endedByBareLf) otherwise({ strict: true });
    if (isIdentity(part.encoding)) return;
    if (part.type === 'multipart') state.tell('encoded-multipart', at, part.encoding);
    if (part.type === 'message' && MESSAGE_TYPES.has(part.subtype)) state.tell('encoded-message', at, part.encoding);
  }
}

function uuencodedPart(range: readonly [number, number], name: string): OpenPart {
  return {
    header: [range[0], range[0]],
    body: [range[0], range[1]],
    fields: [],
    type: 'application',
    subtype: 'octet-stream',
    parameters: Object.create(null),
    encoding: 'uuencode',
    disposition: 'attachment',
    ...(name === '' ? {} : { name }),
  };
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
