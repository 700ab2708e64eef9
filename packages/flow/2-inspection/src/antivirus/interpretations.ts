import { decodeBody, everyPart, type LimitName, type MessageTree, type Part } from '@sekisho/message';
import { readingsOf } from '../readings.ts';

/** Limits beyond which there may be parts that nobody saw. */
const BLINDING: ReadonlySet<LimitName> = new Set([
  'depth',
  'parts',
  'headerOctets',
  'headerFields',
  'fieldOctets',
  'parameters',
  'readings',
]);

const MAX_STREAMS = 500;

/** True when the parse stopped somewhere, so that not everything in the message was seen. */
export function isPartlyUnseen(tree: MessageTree): boolean {
  return tree.overLimits.some((limit) => BLINDING.has(limit));
}

/**
 * What must be scanned besides the raw message: nothing when there is one way to read it, else the decoded body of each
 * leaf of each reading. `null` takes the place of what is too much to scan.
 */
export function* otherInterpretations(raw: Buffer, tree: MessageTree, maxOctets: number): Generator<Buffer | null> {
  if (tree.ambiguities.length === 0) return;
  let left = maxOctets;
  let streams = 0;
  for (const reading of readingsOf(raw, tree, maxOctets)) {
    if (!reading) {
      yield null;
      return;
    }
    if (reading.raw !== raw) yield reading.raw;
    for (const part of distinctLeaves(reading.tree)) {
      if (++streams > MAX_STREAMS || left <= 0) {
        yield null;
        return;
      }
      const { octets, truncated } = decodeBody(reading.raw, part, left);
      left -= octets.length;
      yield truncated ? null : octets;
    }
  }
}

/** Parts that hold no parts, each range of octets in each encoding once. */
function* distinctLeaves(tree: MessageTree): Generator<Part> {
  const seen = new Set<string>();
  for (const part of everyPart(tree)) {
    const [start, end] = part.body;
    const key = `${start} ${end} ${part.encoding}`;
    if (part.parts || part.message || start === end || seen.has(key)) continue;
    seen.add(key);
    yield part;
  }
}
