import { type Field, messageLimits } from './tree.ts';

const CR = 13;
const LF = 10;
const isBlank = (octet: number | undefined) => octet === 32 || octet === 9 || octet === CR || octet === LF;

/**
 * The value of a field as one line (RFC 5322 §2.2.3): line ends taken out, white space at both ends too. A view of the
 * raw message where the field has one line, a copy otherwise; never more than `maxOctets` of the field.
 */
export function unfoldField(raw: Buffer, field: Field, maxOctets = messageLimits.fieldOctets): Buffer {
  let start = field.valueStart;
  let end = Math.min(field.end, start + maxOctets);
  while (start < end && isBlank(raw[start])) start++;
  while (end > start && isBlank(raw[end - 1])) end--;
  const value = raw.subarray(start, end);
  let lf = value.indexOf(LF);
  if (lf === -1) return value;
  const line = Buffer.allocUnsafe(value.length);
  let length = 0;
  let from = 0;
  for (; lf !== -1; lf = value.indexOf(LF, from)) {
    length += value.copy(line, length, from, value[lf - 1] === CR ? lf - 1 : lf);
    from = lf + 1;
  }
  length += value.copy(line, length, from);
  return line.subarray(0, length);
}
