/**
 * A number that many share: sessions, octets in memory. Who asks waits in line until there is enough; one that asks
 * for more than there ever is gets everything, alone.
 */
export class Budget {
  readonly #most: number;
  readonly #waiting: { readonly amount: number; readonly resolve: () => void }[] = [];
  #used = 0;

  constructor(most: number) {
    this.#most = most;
  }

  get used(): number {
    return this.#used;
  }

  get isWaitedFor(): boolean {
    return this.#waiting.length > 0;
  }

  /** Takes its share, waiting if it must. */
  take(amount: number): Promise<void> {
    if (this.#waiting.length === 0 && this.#fits(amount)) {
      this.#used += amount;
      return Promise.resolve();
    }
    return new Promise((resolve) => this.#waiting.push({ amount, resolve }));
  }

  give(amount: number): void {
    this.#used -= amount;
    for (let next = this.#waiting[0]; next && this.#fits(next.amount); next = this.#waiting[0]) {
      this.#waiting.shift();
      this.#used += next.amount;
      next.resolve();
    }
  }

  #fits(amount: number): boolean {
    return this.#used === 0 || this.#used + amount <= this.#most;
  }
}
