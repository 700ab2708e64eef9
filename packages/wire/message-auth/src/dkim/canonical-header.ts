import type { HeaderField } from '../header/scan-header.ts';

const TAB = 9;
const LF = 10;
const CR = 13;
const SP = 32;
const COLON = 58;
const SEMICOLON = 59;
const EQUALS = 61;

export type Canonicalization = 'simple' | 'relaxed';

/** Octets of a field that count as absent: the value of b= in the field that is being verified. */
export type Gap = readonly [from: number, to: number];

/** For a field that is taken whole. */
export const NO_GAP: Gap = [-1, -1];

/**
 * The signed octets of a header: the named fields in their order, then the signature's own field without its b= value
 * and without a final CRLF (RFC 6376 §3.4.1, §3.4.2, §3.7).
 */
export function canonicalHeader(
  raw: Buffer,
  signed: readonly HeaderField[],
  signature: HeaderField,
  gap: Gap,
  how: Canonicalization,
): Buffer {
  let room = signature.end - signature.start + 2;
  for (const field of signed) room += field.end - field.start + 2;
  const out = Buffer.allocUnsafe(room);
  const write = how === 'relaxed' ? relaxField : copyField;
  let at = 0;
  for (const field of signed) {
    at = write(raw, field, NO_GAP, out, at);
    out[at++] = CR;
    out[at++] = LF;
  }
  return out.subarray(0, write(raw, signature, gap, out, at));
}

function copyField(raw: Buffer, field: HeaderField, gap: Gap, out: Buffer, at: number): number {
  if (gap[0] < 0) return at + raw.copy(out, at, field.start, field.end);
  at += raw.copy(out, at, field.start, gap[0]);
  return at + raw.copy(out, at, gap[1], field.end);
}

/** Name in lower case, folds removed, runs of white space made one space, none at either end (RFC 6376 §3.4.2). */
export function relaxField(raw: Buffer, field: HeaderField, gap: Gap, out: Buffer, at: number): number {
  at += out.write(field.name, at, 'latin1');
  out[at++] = COLON;
  let begun = false;
  let space = false;
  for (let i = field.valueStart; i < field.end; i++) {
    if (i === gap[0]) {
      i = gap[1] - 1;
      continue;
    }
    const c = raw[i]!;
    if (c === SP || c === TAB) {
      space = begun;
      continue;
    }
    if (c === LF || (c === CR && raw[i + 1] === LF && i + 1 < field.end)) continue;
    if (space) out[at++] = SP;
    space = false;
    begun = true;
    out[at++] = c;
  }
  return at;
}

/** Where the value of b= lies in a signature's field: from behind its "=" to the next ";" or the end. */
export function signatureGap(raw: Buffer, field: HeaderField): Gap {
  const octets = raw.subarray(0, field.end);
  for (let start = field.valueStart; start < field.end; ) {
    const semicolon = octets.indexOf(SEMICOLON, start);
    const end = semicolon < 0 ? field.end : semicolon;
    const equals = octets.indexOf(EQUALS, start);
    if (equals >= 0 && equals < end && octets.toString('latin1', start, equals).trim() === 'b')
      return [equals + 1, end];
    start = end + 1;
  }
  return NO_GAP;
}
