import { createHash } from 'node:crypto';

type Ranges = readonly (readonly [number, number])[];

/** The delivered form of a body that streams: trace prefix, then the octets outside the omitted ranges. */
export async function* deliveredPieces(
  prefix: Buffer,
  omitted: Ranges,
  raw: AsyncIterable<Buffer>,
): AsyncGenerator<Buffer> {
  yield prefix;
  let at = 0;
  for await (const chunk of raw) {
    let from = at;
    const end = at + chunk.length;
    for (const [start, stop] of omitted) {
      if (stop <= from || start >= end) continue;
      if (start > from) yield chunk.subarray(from - at, start - at);
      from = Math.min(stop, end);
    }
    if (from < end) yield chunk.subarray(from - at);
    at = end;
  }
}

/** SHA-256 of the delivered form of a body that streams. */
export async function digestDelivered(prefix: Buffer, omitted: Ranges, raw: AsyncIterable<Buffer>): Promise<Buffer> {
  const digest = createHash('sha256');
  for await (const piece of deliveredPieces(prefix, omitted, raw)) digest.update(piece);
  return digest.digest();
}
