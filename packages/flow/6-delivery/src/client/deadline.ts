/** One deadline after another on one timer: setting one is a number written, not a timer made. */
export class Deadline {
  readonly #passed: () => void;
  #at = Number.POSITIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;
  #timerAt = Number.POSITIVE_INFINITY;

  constructor(passed: () => void) {
    this.#passed = passed;
  }

  /** Replaces the deadline by one `ms` from now. */
  set(ms: number): void {
    this.#at = performance.now() + ms;
    if (this.#at < this.#timerAt) this.#arm(ms);
  }

  /** No deadline until the next `set`. */
  clear(): void {
    this.#at = Number.POSITIVE_INFINITY;
  }

  /** Gives the timer back. */
  stop(): void {
    this.clear();
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#timerAt = Number.POSITIVE_INFINITY;
  }

  #arm(ms: number): void {
    clearTimeout(this.#timer);
    this.#timerAt = performance.now() + ms;
    this.#timer = setTimeout(() => this.#fire(), ms);
  }

  #fire(): void {
    this.#timer = undefined;
    this.#timerAt = Number.POSITIVE_INFINITY;
    const rest = this.#at - performance.now();
    if (rest === Number.POSITIVE_INFINITY) return;
    if (rest > 0.5) this.#arm(rest);
    else this.#passed();
  }
}
