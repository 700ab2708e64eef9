import { formatData } from '@sekisho/smtp';

const LF = 10;

/**
 * A message as DATA carries it, dots stuffed and end included, in blocks of about `blockOctets`, so that neither a
 * large message nor one of nothing but dots is held twice. Throws at a bare CR or LF (`BareLineEndError`).
 */
export function* contentBlocks(parts: readonly Buffer[], blockOctets: number): Generator<Buffer, void> {
  const rest = new LineWindows(parts);
  do {
    const formatted = formatData(rest.next(blockOctets));
    if (!rest.isAtEnd) formatted.pop();
    yield formatted.length === 1 ? formatted[0]! : Buffer.concat(formatted);
  } while (!rest.isAtEnd);
}

/** Cuts parts into windows that end behind a line. */
class LineWindows {
  readonly #parts: readonly Buffer[];
  #at = 0;
  #offset = 0;

  constructor(parts: readonly Buffer[]) {
    this.#parts = parts.filter((part) => part.length > 0);
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#parts.length;
  }

  next(octets: number): Buffer[] {
    const window: Buffer[] = [];
    let wanted = octets;
    while (!this.isAtEnd && wanted > 0) {
      const taken = this.#take(wanted);
      wanted -= taken.length;
      window.push(taken);
    }
    while (!this.isAtEnd && window.at(-1)?.at(-1) !== LF) {
      const lf = this.#parts[this.#at]!.indexOf(LF, this.#offset);
      window.push(this.#take(lf < 0 ? Number.POSITIVE_INFINITY : lf + 1 - this.#offset));
    }
    return window;
  }

  #take(most: number): Buffer {
    const part = this.#parts[this.#at]!;
    const taken = part.subarray(this.#offset, Math.min(part.length, this.#offset + most));
    this.#offset += taken.length;
    if (this.#offset === part.length) {
      this.#at++;
      this.#offset = 0;
    }
    return taken;
  }
}
