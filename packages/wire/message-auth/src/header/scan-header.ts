const TAB = 9;
const LF = 10;
const CR = 13;
const SP = 32;
const COLON = 58;

/** Where a header field lies; offsets into the raw message. */
export interface HeaderField {
  /** Name in lower case, without white space before the colon. Empty for a first line that is no field. */
  readonly name: string;
  readonly start: number;
  /** First octet after the colon. */
  readonly valueStart: number;
  /** Where the final CRLF begins. */
  end: number;
  /** First octet after the final CRLF. */
  next: number;
}

/** The header section of a message (RFC 5322 §2.1). */
export interface Header {
  readonly fields: readonly HeaderField[];
  readonly bodyStart: number;
}

/**
 * Finds the header fields. A line that begins no field belongs to the field above it, folded or not: what a signature
 * covers can only grow by that, so that it fails where readers might differ.
 */
export function scanHeader(raw: Buffer): Header {
  const fields: HeaderField[] = [];
  let at = 0;
  while (at < raw.length) {
    const lf = raw.indexOf(LF, at);
    const next = lf < 0 ? raw.length : lf + 1;
    const end = lf < 0 ? raw.length : lf > at && raw[lf - 1] === CR ? lf - 1 : lf;
    if (end === at) return { fields, bodyStart: next };
    const nameEnd = endOfName(raw, at);
    const colon = nameEnd === at ? -1 : colonAfter(raw, nameEnd);
    const above = fields.at(-1);
    if (colon >= 0) {
      const name = raw.toString('latin1', at, nameEnd).toLowerCase();
      fields.push({ name, start: at, valueStart: colon + 1, end, next });
    } else if (above) {
      above.end = end;
      above.next = next;
    } else fields.push(oddFirstLine(raw, at, end, next));
    at = next;
  }
  return { fields, bodyStart: raw.length };
}

function endOfName(raw: Buffer, from: number): number {
  let at = from;
  for (let c = raw[at]!; c > SP && c < 127 && c !== COLON; ) c = raw[++at]!;
  return at;
}

/** The colon after a name; obsolete syntax allows white space, even a fold, before it (RFC 5322 §4.5.8). */
function colonAfter(raw: Buffer, nameEnd: number): number {
  if (raw[nameEnd] === COLON) return nameEnd;
  let at = nameEnd;
  while (raw[at] === SP || raw[at] === TAB) at++;
  const lineEnd = raw[at] === CR && raw[at + 1] === LF ? at + 2 : raw[at] === LF ? at + 1 : 0;
  if (lineEnd > 0) {
    at = lineEnd;
    while (raw[at] === SP || raw[at] === TAB) at++;
  }
  return raw[at] === COLON ? at : -1;
}

function oddFirstLine(raw: Buffer, start: number, end: number, next: number): HeaderField {
  const colon = raw.subarray(start, end).indexOf(COLON);
  const name =
    colon < 0
      ? ''
      : raw
          .toString('latin1', start, start + colon)
          .trim()
          .toLowerCase();
  return { name, start, valueStart: colon < 0 ? end : start + colon + 1, end, next };
}
