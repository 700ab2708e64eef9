/** Remembers at most `size` values; the one that was added first goes first. */
export class BoundedCache<V> {
  readonly #kept = new Map<string, V>();
  readonly #size: number;

  constructor(size: number) {
    this.#size = size;
  }

  /** The value under `key`, made by `make` the first time. */
  get(key: string, make: (key: string) => V): V {
    const found = this.#kept.get(key);
    if (found !== undefined) return found;
    const made = make(key);
    if (this.#kept.size >= this.#size) this.#kept.delete(this.#kept.keys().next().value!);
    this.#kept.set(key, made);
    return made;
  }
}
