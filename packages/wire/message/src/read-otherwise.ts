import type { Manner, OpenPart, PendingReading } from './open-part.ts';
import type { ParseState } from './parse-state.ts';
import { readEntity } from './read-entity.ts';

/** Whether a reading shows something that ours has not: parts, a message, or a body to decode or to name differently. */
function showsMore(reading: OpenPart, part: OpenPart, manner: Manner): boolean {
  if (reading.parts !== undefined || reading.message !== undefined) return true;
  if (manner.encoding !== undefined || manner.bodyAt !== undefined) return true;
  if (manner.typeField === undefined || part.parts !== undefined) return false;
  return reading.name !== part.name || reading.type !== part.type || reading.subtype !== part.subtype;
}

/**
 * Reads entities the way other parsers would, and hangs what they find beside ours. Readings inside readings follow,
 * each once, until the octets that the limit allows are used up.
 */
export function readOtherwise(state: ParseState, first: readonly PendingReading[]): void {
  const queue = [...first];
  const done = new Set<string>();
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const { part, manner } = next;
    const [, end] = part.body;
    const key = `${part.header[0]}-${end} ${JSON.stringify(manner)}`;
    if (done.has(key)) continue;
    done.add(key);
    const start = part.header[0];
    if (!state.takeReading(end - start) || !state.takePart()) return;
    const { part: reading, pending } = readEntity(state, start, end, manner);
    if (showsMore(reading, part, manner)) (part.otherReadings ??= []).push(reading);
    queue.push(...pending);
  }
}
