import { forgedAuthenticationResults } from '@sekisho/message-auth';

type Ranges = readonly (readonly [number, number])[];

const [TAB, LF, SPACE] = [9, 10, 32];

const endOf = (ranges: Ranges): number => ranges.at(-1)?.[1] ?? 0;

/** How many octets of a message are needed to judge what is left out of it: to the first one behind it. */
export const octetsToJudge = (omitted: Ranges): number => (omitted.length === 0 ? 0 : endOf(omitted) + 1);

/**
 * Whether what inspection leaves out of the delivered form is what it may leave out: the fields that claim to be our own
 * results (RFC 8601 §5), all of them and not an octet more. A scan process may have been taken over by a message, and
 * nobody may change mail that way. `raw` is the message, or its first {@link octetsToJudge}.
 */
export function omitsOnlyForgeries(raw: Buffer, omitted: Ranges, authservId: string): boolean {
  if (omitted.length === 0) return true;
  const end = endOf(omitted);
  if (raw[end - 1] !== LF || raw[end] === SPACE || raw[end] === TAB) return false;
  const forged = forgedAuthenticationResults(raw.subarray(0, end), authservId);
  return (
    forged.length === omitted.length &&
    forged.every(([start, end], at) => start === omitted[at]![0] && end === omitted[at]![1])
  );
}
