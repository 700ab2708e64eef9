import type { Clock } from '@sekisho/ports';

/** Collects the text of one message for the index, within one budget of characters and time. */
export class TextBudget {
  readonly #clock: Clock;
  readonly #end: number;
  #left: number;
  #isCut = false;

  constructor(limits: { readonly textCharacters: number; readonly textMs: number }, clock: Clock) {
    this.#clock = clock;
    this.#left = limits.textCharacters;
    this.#end = clock.monotonic() + limits.textMs;
  }

  /** Characters that may still be taken; none when the time is over. */
  get left(): number {
    return this.msLeft > 0 ? this.#left : 0;
  }

  get msLeft(): number {
    return Math.max(0, this.#end - this.#clock.monotonic());
  }

  /** True when some text of the message is not in the index. */
  get isCut(): boolean {
    return this.#isCut;
  }

  /** Takes as much of a text as may be; `isWhole` says whether the text was whole before. */
  take(text: string, isWhole = true): string {
    const taken = text.length <= this.left ? text : text.slice(0, this.left);
    this.#left -= taken.length;
    if (!isWhole || taken.length < text.length) this.#isCut = true;
    return taken;
  }

  /** Takes note of text that nobody could read. */
  miss(): void {
    this.#isCut = true;
  }
}
