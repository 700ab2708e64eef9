import { createHash } from 'node:crypto';
import type { Inspection } from '@sekisho/inspection';

/** SHA-256 of the delivered form of a body that streams: trace prefix, then the octets outside the omitted ranges. */
export async function digestDelivered(
  prefix: Buffer,
  omitted: Inspection['omitted'],
  raw: AsyncIterable<Buffer>,
): Promise<Buffer> {
  const digest = createHash('sha256').update(prefix);
  let at = 0;
  for await (const chunk of raw) {
    let from = at;
    const end = at + chunk.length;
    for (const [start, stop] of omitted) {
      if (stop <= from || start >= end) continue;
      if (start > from) digest.update(chunk.subarray(from - at, start - at));
      from = Math.min(stop, end);
    }
    if (from < end) digest.update(chunk.subarray(from - at));
    at = end;
  }
  return digest.digest();
}
