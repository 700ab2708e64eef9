/**
 * Queues that are served in turn: one per tenant, one piece from each before a second from any. What one tenant
 * piles up delays nobody else by more than one piece.
 */
export class Turns<Key, Piece> {
  readonly #queues = new Map<Key, { pieces: Piece[]; head: number }>();
  #turn: Key[] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Keys that have something waiting. */
  keys(): IterableIterator<Key> {
    return this.#queues.keys();
  }

  waitingFor(key: Key): number {
    const queue = this.#queues.get(key);
    return queue ? queue.pieces.length - queue.head : 0;
  }

  push(key: Key, piece: Piece): void {
    const queue = this.#queues.get(key);
    this.#size += 1;
    if (queue) {
      queue.pieces.push(piece);
      return;
    }
    this.#queues.set(key, { pieces: [piece], head: 0 });
    this.#turn.push(key);
  }

  /** The next piece by turn, or undefined when nothing waits; those of keys that are held stay where they are. */
  shift(isHeld: (key: Key) => boolean = () => false): Piece | undefined {
    for (let left = this.#turn.length; left > 0; left--) {
      const key = this.#turn.shift()!;
      const piece = isHeld(key) ? undefined : this.#take(key)!;
      if (this.#queues.has(key)) this.#turn.push(key);
      if (piece !== undefined) return piece;
    }
    return undefined;
  }

  /** Up to `most` pieces of the tenant whose turn it is. */
  shiftRun(
    most: (piece: Piece, taken: number) => boolean,
  ): { readonly key: Key; readonly pieces: Piece[] } | undefined {
    const key = this.#turn.shift();
    if (key === undefined) return undefined;
    const pieces: Piece[] = [];
    for (let next = this.#peek(key); next !== undefined && most(next, pieces.length); next = this.#peek(key)) {
      pieces.push(this.#take(key)!);
    }
    if (this.#queues.has(key)) this.#turn.push(key);
    return { key, pieces };
  }

  /** Takes away all that waits for a key. */
  remove(key: Key): Piece[] {
    const queue = this.#queues.get(key);
    if (!queue) return [];
    const pieces = queue.pieces.slice(queue.head);
    this.#size -= pieces.length;
    this.#queues.delete(key);
    this.#turn = this.#turn.filter((one) => one !== key);
    return pieces;
  }

  /** The piece that has waited longest, judged by `age` over the heads of all queues. */
  oldest(age: (piece: Piece) => number): number {
    let most = 0;
    for (const queue of this.#queues.values()) most = Math.max(most, age(queue.pieces[queue.head]!));
    return most;
  }

  #peek(key: Key): Piece | undefined {
    const queue = this.#queues.get(key);
    return queue?.pieces[queue.head];
  }

  #take(key: Key): Piece | undefined {
    const queue = this.#queues.get(key);
    if (!queue) return undefined;
    const piece = queue.pieces[queue.head]!;
    queue.head += 1;
    this.#size -= 1;
    if (queue.head === queue.pieces.length) this.#queues.delete(key);
    else if (queue.head > 1024) {
      queue.pieces = queue.pieces.slice(queue.head);
      queue.head = 0;
    }
    return piece;
  }
}
