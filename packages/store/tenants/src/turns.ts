const LOOP_EVERY_MS = 5;

/**
 * Work on databases, one piece at a time and the owners in turn, so that one owner's pile delays another by one piece
 * only. Between pieces the event loop gets a turn every few milliseconds.
 */
export class Turns {
  readonly #waiting = new Map<string, (() => Promise<void>)[]>();
  #idle: Promise<void> | null = null;

  /** Runs a piece of work when the owner's turn comes; at once when nothing waits. */
  run<T>(owner: string, work: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const piece = () => work().then(resolve, reject);
      const queue = this.#waiting.get(owner);
      if (queue) queue.push(piece);
      else this.#waiting.set(owner, [piece]);
      this.#idle ??= this.#serve();
    });
  }

  /** Pieces that wait, of all owners. */
  get length(): number {
    return this.#waiting.values().reduce((sum, queue) => sum + queue.length, 0);
  }

  async #serve(): Promise<void> {
    let loopAt = performance.now() + LOOP_EVERY_MS;
    for (let next = this.#next(); next !== undefined; next = this.#next()) {
      await next();
      if (this.#waiting.size > 0 && performance.now() > loopAt) {
        await new Promise((resolve) => setImmediate(resolve));
        loopAt = performance.now() + LOOP_EVERY_MS;
      }
    }
    this.#idle = null;
  }

  #next(): (() => Promise<void>) | undefined {
    const first = this.#waiting.entries().next().value;
    if (first === undefined) return undefined;
    const [owner, queue] = first;
    this.#waiting.delete(owner);
    const piece = queue.shift();
    if (queue.length > 0) this.#waiting.set(owner, queue);
    return piece;
  }
}
