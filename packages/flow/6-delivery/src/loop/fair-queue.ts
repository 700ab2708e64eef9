/** First in, first out for each key, and the keys in turn: a long line of one key holds up no other. */
export class FairQueue<Key, Item> {
  readonly #lines = new Map<Key, Item[]>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  push(key: Key, item: Item): void {
    const line = this.#lines.get(key);
    if (line) line.push(item);
    else this.#lines.set(key, [item]);
    this.#size++;
  }

  /** True when there is an item of a key that may be served now. */
  hasFor(isAllowed: (key: Key) => boolean): boolean {
    return this.#lines.keys().some(isAllowed);
  }

  /** The next item of a key that may be served now; the key goes to the end of the turn. */
  shift(isAllowed: (key: Key) => boolean = () => true): Item | undefined {
    const key = this.#lines.keys().find(isAllowed);
    if (key === undefined) return undefined;
    const line = this.#lines.get(key)!;
    const item = line.shift()!;
    this.#lines.delete(key);
    if (line.length > 0) this.#lines.set(key, line);
    this.#size--;
    return item;
  }

  /** Everything that waits, leaving nothing. */
  takeAll(): Item[] {
    const all: Item[] = [];
    for (let item = this.shift(); item !== undefined; item = this.shift()) all.push(item);
    return all;
  }
}
