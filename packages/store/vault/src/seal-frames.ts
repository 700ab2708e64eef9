import { createCipheriv } from 'node:crypto';
import { type Random, systemRandom } from '@sekisho/ports';
import { frameNonce, FRAME_OCTETS, FRAMES_MAGIC, FRAMES_PREFIX_OCTETS } from './frames.ts';
import { TAG_OCTETS } from './seal-body.ts';

/**
 * Seals a body of any length as frames (layout in the README): the place of a frame and whether it is the last are
 * authenticated, so that a missing, doubled or reordered frame is seen. Holds one frame in memory at most.
 */
export class FrameSealer {
  readonly #key: Buffer;
  readonly #aad: Buffer;
  readonly #prefix: Buffer;
  #index = 0;
  #held: Buffer[] = [];
  #heldOctets = 0;
  #begun = false;

  constructor(key: Buffer, aad: Buffer, random: Random = systemRandom) {
    this.#key = key;
    this.#aad = aad;
    this.#prefix = random.bytes(FRAMES_PREFIX_OCTETS);
  }

  /** Takes the next octets of the body; gives what is ready to be written, often nothing. */
  push(chunk: Buffer): Buffer[] {
    const out = this.#begin();
    let at = 0;
    while (this.#heldOctets + chunk.length - at > FRAME_OCTETS) {
      const take = FRAME_OCTETS - this.#heldOctets;
      this.#hold(chunk.subarray(at, at + take));
      at += take;
      out.push(...this.#seal(false));
    }
    if (at < chunk.length) this.#hold(Buffer.from(chunk.subarray(at)));
    return out;
  }

  /** The last frame; nothing can be pushed after it. */
  finish(): Buffer[] {
    return [...this.#begin(), ...this.#seal(true)];
  }

  #begin(): Buffer[] {
    if (this.#begun) return [];
    this.#begun = true;
    return [Buffer.concat([FRAMES_MAGIC, this.#prefix, Buffer.alloc(1)])];
  }

  #hold(part: Buffer): void {
    this.#held.push(part);
    this.#heldOctets += part.length;
  }

  #seal(isLast: boolean): Buffer[] {
    const nonce = frameNonce(this.#prefix, this.#index, isLast);
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonce, { authTagLength: TAG_OCTETS }).setAAD(this.#aad);
    const sealed = this.#held.map((part) => cipher.update(part));
    cipher.final();
    sealed.push(cipher.getAuthTag());
    this.#index += 1;
    this.#held = [];
    this.#heldOctets = 0;
    return sealed;
  }
}
