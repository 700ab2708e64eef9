/** Chance that repeats: the same seed gives the same mails on every machine. */
export interface Chance {
  /** From 0 to just below 1. */
  next(): number;
  /** A whole number from 0 to just below `count`. */
  below(count: number): number;
  pick<Value>(values: readonly Value[]): Value;
}

/** A generator of the xorshift family with 128 bits of state; not for keys. */
export function chance(seed: number): Chance {
  let [a, b, c, d] = [seed | 0, 0x9e3779b9 | 0, 0x243f6a88 | 0, 0xb7e15162 | 0];
  const step = () => {
    const t = d ^ (d << 11);
    [d, c, b] = [c, b, a];
    a = a ^ (a >>> 19) ^ t ^ (t >>> 8);
    return a >>> 0;
  };
  for (let i = 0; i < 16; i++) step();
  const below = (count: number) => Math.floor((step() / 2 ** 32) * count);
  return { next: () => step() / 2 ** 32, below, pick: (values) => values[below(values.length)]! };
}

/** Ranks as words have them: the second half as frequent as the first, the third a third (Zipf's law, flattened at the top). */
export class ZipfRanks {
  readonly #sums: Float64Array;

  constructor(count: number) {
    this.#sums = new Float64Array(count);
    let sum = 0;
    for (let rank = 0; rank < count; rank++) this.#sums[rank] = sum += 1 / (rank + 2.7);
  }

  draw(random: Chance): number {
    const sums = this.#sums;
    const wanted = random.next() * sums[sums.length - 1]!;
    let [low, high] = [0, sums.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sums[middle]! < wanted) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
