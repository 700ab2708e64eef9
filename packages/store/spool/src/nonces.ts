import type { Random } from '@sekisho/ports';
import { NONCE_OCTETS } from '@sekisho/vault';

const AT_ONCE = 256;

/** Random nonces, fetched many at a time. */
export class Nonces {
  readonly #random: Random;
  #stock: Buffer = Buffer.alloc(0);
  #at = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  next(): Buffer {
    if (this.#at >= this.#stock.length) {
      this.#stock = this.#random.bytes(NONCE_OCTETS * AT_ONCE);
      this.#at = 0;
    }
    this.#at += NONCE_OCTETS;
    return this.#stock.subarray(this.#at - NONCE_OCTETS, this.#at);
  }
}
