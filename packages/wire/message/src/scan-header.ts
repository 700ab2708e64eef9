import type { Field } from './tree.ts';

const LF = 10;
const CR = 13;
const SPACE = 32;
const TAB = 9;
const COLON = 58;
const DASH = 45;

/** What `scanHeader` may not do and where it must stop. */
export interface HeaderBounds {
  readonly end: number;
  /** Fields that may still be recorded. */
  readonly fieldsLeft: number;
  /** Takes only CR LF for a line end, as some readers do. */
  readonly strict: boolean;
  /** Whether the line is a boundary of a multipart around this header; asked for lines that begin with two dashes. */
  readonly isBoundary: (start: number, end: number) => boolean;
}

/** A header as it lies: its fields and all that is odd about it. Offsets are -1 where nothing was found. */
export interface HeaderScan {
  readonly fields: Field[];
  /** Behind the last line of the header, before the empty line. */
  readonly fieldsEnd: number;
  /** Where the body begins. */
  readonly end: number;
  readonly garbageAt: number;
  readonly spaceBeforeColonAt: number;
  readonly controlInNameAt: number;
  /** A bare LF among CR LF line ends. */
  readonly bareLfAt: number;
  /** The empty line that ended the header has no CR though others have one. */
  readonly endedByBareLf: boolean;
  readonly longestLine: number;
  readonly tooManyFields: boolean;
}

function lineEndOf(raw: Buffer, from: number, end: number, strict: boolean): number {
  let lf = raw.indexOf(LF, from);
  while (strict && lf !== -1 && lf < end && raw[lf - 1] !== CR) lf = raw.indexOf(LF, lf + 1);
  return lf === -1 || lf >= end ? end : lf;
}

/** The line that some stores put before a message (RFC 4155): no field, and no fault of the sender. */
function isMboxLine(raw: Buffer, position: number): boolean {
  return position === 0 && raw.toString('latin1', 0, 5) === 'From ';
}

/** Reads a header line by line (RFC 5322 §2.2): lines that are no fields are passed over, and told. */
export function scanHeader(raw: Buffer, start: number, bounds: HeaderBounds): HeaderScan {
  const { end, strict } = bounds;
  const fields: Field[] = [];
  let name: string | null = null;
  let fieldStart = start;
  let valueStart = start;
  let position = start;
  let garbageAt = -1;
  let spaceBeforeColonAt = -1;
  let controlInNameAt = -1;
  let bareLfAt = -1;
  let crlfSeen = false;
  let endedByBareLf = false;
  let longestLine = 0;
  let tooManyFields = false;
  let fieldsEnd = start;
  let bodyStart = end;

  const closeField = (at: number) => {
    if (name === null) return;
    if (fields.length < bounds.fieldsLeft) fields.push({ name, start: fieldStart, valueStart, end: at });
    else tooManyFields = true;
    name = null;
  };

  for (;;) {
    if (position >= end) {
      fieldsEnd = end;
      break;
    }
    const lf = lineEndOf(raw, position, end, strict);
    const next = lf < end ? lf + 1 : end;
    const hasCr = lf > position && raw[lf - 1] === CR;
    const textEnd = hasCr && lf < end ? lf - 1 : lf;
    if (textEnd === position && lf < end) {
      endedByBareLf = !hasCr && crlfSeen;
      if (endedByBareLf && bareLfAt === -1) bareLfAt = lf;
      fieldsEnd = position;
      bodyStart = next;
      break;
    }
    const first = raw[position]!;
    if (first === DASH && raw[position + 1] === DASH && bounds.isBoundary(position, textEnd)) {
      fieldsEnd = position;
      bodyStart = position;
      break;
    }
    if (lf < end) {
      if (hasCr) crlfSeen = true;
      else if (bareLfAt === -1) bareLfAt = lf;
    }
    if (textEnd - position > longestLine) longestLine = textEnd - position;
    if (first === SPACE || first === TAB) {
      if (name === null && garbageAt === -1) garbageAt = position;
      position = next;
      continue;
    }
    closeField(position);
    let colon = position;
    let control = false;
    for (; colon < textEnd; colon++) {
      const octet = raw[colon]!;
      if (octet === COLON || octet === SPACE || octet === TAB) break;
      if (octet < 33 || octet > 126) control = true;
    }
    const nameEnd = colon;
    while (colon < textEnd && (raw[colon] === SPACE || raw[colon] === TAB)) colon++;
    if (colon >= textEnd || raw[colon] !== COLON || nameEnd === position) {
      if (garbageAt === -1 && !isMboxLine(raw, position)) garbageAt = position;
    } else {
      if (colon > nameEnd && spaceBeforeColonAt === -1) spaceBeforeColonAt = position;
      if (control && controlInNameAt === -1) controlInNameAt = position;
      name = raw.toString('latin1', position, nameEnd).toLowerCase();
      fieldStart = position;
      valueStart = colon + 1;
    }
    position = next;
  }
  closeField(fieldsEnd);
  return {
    fields,
    fieldsEnd,
    end: bodyStart,
    garbageAt,
    spaceBeforeColonAt,
    controlInNameAt,
    bareLfAt: crlfSeen ? bareLfAt : -1,
    endedByBareLf,
    longestLine,
    tooManyFields,
  };
}
