import { createDecipheriv } from 'node:crypto';
import { SealBrokenError } from './errors.ts';
import { FRAME_OCTETS, FRAMES_HEADER_OCTETS, FRAMES_MAGIC, FRAMES_PREFIX_OCTETS, frameNonce } from './frames.ts';
import { TAG_OCTETS } from './seal-body.ts';

const SEALED_FRAME_OCTETS = FRAME_OCTETS + TAG_OCTETS;

/**
 * Opens what FrameSealer made, a frame at a time. Each frame is authenticated before it is given; that the body is
 * whole is known only when the iteration ends without SealBrokenError.
 */
export async function* openFrames(
  key: Buffer,
  aad: Buffer,
  source: AsyncIterable<Buffer> | Iterable<Buffer>,
): AsyncGenerator<Buffer> {
  let held = Buffer.alloc(0);
  let prefix: Buffer | null = null;
  let index = 0;
  for await (const chunk of source) {
    held = held.length === 0 ? Buffer.from(chunk) : Buffer.concat([held, chunk]);
    if (prefix === null) {
      if (held.length < FRAMES_HEADER_OCTETS) continue;
      prefix = readPrefix(held);
      held = held.subarray(FRAMES_HEADER_OCTETS);
    }
    while (held.length > SEALED_FRAME_OCTETS) {
      yield openFrame(key, aad, held.subarray(0, SEALED_FRAME_OCTETS), frameNonce(prefix, index++, false));
      held = held.subarray(SEALED_FRAME_OCTETS);
    }
  }
  if (prefix === null || held.length < TAG_OCTETS) throw new SealBrokenError('a framed body', { detail: { index } });
  yield openFrame(key, aad, held, frameNonce(prefix, index, true));
}

function readPrefix(header: Buffer): Buffer {
  if (!header.subarray(0, FRAMES_MAGIC.length).equals(FRAMES_MAGIC) || header[FRAMES_HEADER_OCTETS - 1] !== 0) {
    throw new SealBrokenError('a framed body', { detail: { header: header.toString('hex', 0, FRAMES_HEADER_OCTETS) } });
  }
  return Buffer.from(header.subarray(FRAMES_MAGIC.length, FRAMES_MAGIC.length + FRAMES_PREFIX_OCTETS));
}

function openFrame(key: Buffer, aad: Buffer, sealed: Buffer, nonce: Buffer): Buffer {
  const end = sealed.length - TAG_OCTETS;
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_OCTETS })
    .setAAD(aad)
    .setAuthTag(sealed.subarray(end));
  const plain = decipher.update(sealed.subarray(0, end));
  try {
    decipher.final();
  } catch (cause) {
    throw new SealBrokenError('a frame of a body', { cause });
  }
  return plain;
}
