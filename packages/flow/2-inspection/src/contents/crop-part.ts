import type { Part } from '@sekisho/message';

/** The part as it would be if its body ended after so many octets, still encoded; the part itself when it does. */
export function cropPart(part: Part, maxOctets: number): Part {
  const [start, end] = part.body;
  return end - start > maxOctets ? { ...part, body: [start, start + maxOctets] } : part;
}
