import { everyPart, type MessageTree, readEncoded } from '@sekisho/message';

/** Octets and the tree that tells how to read them. */
export interface Reading {
  readonly raw: Buffer;
  readonly tree: MessageTree;
}

const MAX_DEPTH = 3;
const MAX_READINGS = 20;

/** True when the message holds a multipart or a message that is encoded (RFC 2045 §6.4 forbids it). */
export function isEncodedTwice(tree: MessageTree): boolean {
  return tree.ambiguities.some(({ name }) => name === 'encoded-multipart' || name === 'encoded-message');
}

/**
 * The message itself, then what readers find who decode a multipart or a message that must not be encoded. Ends with
 * `null` when there is more of it than is worth looking at.
 */
export function* readingsOf(raw: Buffer, tree: MessageTree, maxOctets: number): Generator<Reading | null> {
  const waiting: (Reading & { readonly depth: number })[] = [{ raw, tree, depth: 0 }];
  let left = maxOctets;
  let count = 0;
  for (let reading = waiting.shift(); reading; reading = waiting.shift()) {
    if (reading.depth > MAX_DEPTH || ++count > MAX_READINGS || left <= 0) {
      yield null;
      return;
    }
    yield reading;
    if (!isEncodedTwice(reading.tree)) continue;
    for (const part of everyPart(reading.tree)) {
      const inner = readEncoded(reading.raw, part, left);
      if (!inner) continue;
      left -= inner.raw.length;
      waiting.push({ ...inner, depth: reading.depth + 1 });
    }
  }
}
