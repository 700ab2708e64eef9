/** Octets of body in each frame but the last, which has 0 to as many. */
export const FRAME_OCTETS = 64 * 1024;

export const FRAMES_MAGIC = Buffer.from('SKFRAME1');
export const FRAMES_PREFIX_OCTETS = 7;

/** Magic 8, nonce prefix 7, zero 1. */
export const FRAMES_HEADER_OCTETS = 16;

/** What frames of a message's large body are bound to. Their key is random and seals that one body only. */
export const LARGE_BODY_AAD = Buffer.from('sekisho large body 1');

/** Nonce of a frame: prefix 7, index 4, 1 for the last frame else 0 (the STREAM construction). */
export function frameNonce(prefix: Buffer, index: number, isLast: boolean): Buffer {
  const nonce = Buffer.allocUnsafe(12);
  nonce.set(prefix, 0);
  nonce.writeUInt32BE(index, FRAMES_PREFIX_OCTETS);
  nonce[11] = isLast ? 1 : 0;
  return nonce;
}

/** Octets that a body of `octets` takes when it is sealed as frames. */
export function framedOctets(octets: number): number {
  const frames = Math.max(1, Math.ceil(octets / FRAME_OCTETS));
  return FRAMES_HEADER_OCTETS + octets + frames * 16;
}
