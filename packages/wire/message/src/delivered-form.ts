import { OmittedRangeError } from './errors.ts';

/**
 * The octets that leave the house: the trace prefix, then the raw message less the ranges in `omitted`, which ascend
 * and do not overlap. Views, not copies; throws `OmittedRangeError` for ranges that do not fit the message.
 */
export function deliveredForm(raw: Buffer, prefix: Buffer, omitted: readonly (readonly [number, number])[]): Buffer[] {
  const pieces = prefix.length > 0 ? [prefix] : [];
  let from = 0;
  for (const [start, end] of omitted) {
    const fits = Number.isInteger(start) && Number.isInteger(end) && start >= from && end >= start && end <= raw.length;
    if (!fits) throw new OmittedRangeError([start, end], raw.length);
    if (start > from) pieces.push(raw.subarray(from, start));
    from = end;
  }
  if (from < raw.length) pieces.push(raw.subarray(from));
  return pieces;
}
