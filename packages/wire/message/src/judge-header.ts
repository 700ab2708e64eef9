import type { ParseState } from './parse-state.ts';
import type { HeaderScan } from './scan-header.ts';
import type { Field } from './tree.ts';

const CR = 13;
const LF = 10;
const AT_SIGN = 64;
const QUESTION_MARK = 63;
const ADDRESS_FIELD = /^(?:resent-)?(?:from|sender|reply-to|to|cc|bcc)$/;

function holdsMore(raw: Buffer, field: Field, octet: number, most: number): boolean {
  let count = 0;
  for (let i = field.valueStart; i < field.end && count <= most; i++) if (raw[i] === octet) count++;
  return count > most;
}

/** Long fields may hold more addresses or encoded words than the decoders will read. */
function measureField(state: ParseState, field: Field): void {
  const { raw, limits } = state;
  const length = field.end - field.start;
  if (length > limits.fieldOctets) state.exceed('fieldOctets');
  if (length > limits.addresses * 2 && ADDRESS_FIELD.test(field.name)) {
    if (holdsMore(raw, field, AT_SIGN, limits.addresses)) state.exceed('addresses');
  }
  if (length > limits.encodedWords * 8 && holdsMore(raw, field, QUESTION_MARK, limits.encodedWords * 4)) {
    state.exceed('encodedWords');
  }
}

/** Tells the limits that a header exceeds, and what in it parsers are known to read differently. */
export function judgeHeader(state: ParseState, start: number, scan: HeaderScan): void {
  const octets = state.raw.subarray(start, scan.fieldsEnd);
  if (octets.length > state.limits.headerOctets) state.exceed('headerOctets');
  if (scan.longestLine > state.limits.lineOctets) state.exceed('lineOctets');
  if (scan.tooManyFields) state.exceed('headerFields');
  for (const field of scan.fields) measureField(state, field);
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
