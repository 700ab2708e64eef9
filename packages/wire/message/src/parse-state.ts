import { type Ambiguity, type AmbiguityName, type LimitName, type MessageLimits, messageLimits } from './tree.ts';

const LEAST_READING_OCTETS = 65_536;

/** What one parse has found and used up so far: findings beyond a limit are counted as such, not kept. */
export class ParseState {
  readonly raw: Buffer;
  readonly limits: MessageLimits;
  readonly ambiguities: Ambiguity[] = [];
  readonly #over = new Set<LimitName>();
  readonly #told = new Set<string>();
  #parts = 0;
  #fields = 0;
  #readingOctets: number;

  constructor(raw: Buffer, limits: MessageLimits = messageLimits) {
    this.raw = raw;
    this.limits = limits;
    this.#readingOctets = limits.readings * Math.max(raw.length, LEAST_READING_OCTETS);
  }

  get overLimits(): LimitName[] {
    return [...this.#over];
  }

  get fieldsLeft(): number {
    return this.limits.headerFields - this.#fields;
  }

  exceed(limit: LimitName): void {
    this.#over.add(limit);
  }

  /** Notes an ambiguity once for each place. */
  tell(name: AmbiguityName, at: number, detail: string): void {
    const key = `${name} ${at}`;
    if (this.#told.has(key)) return;
    if (this.ambiguities.length >= this.limits.ambiguities) {
      this.exceed('ambiguities');
      return;
    }
    this.#told.add(key);
    this.ambiguities.push({ name, at, detail: detail.slice(0, 80) });
  }

  countFields(count: number): void {
    this.#fields += count;
  }

  /** Whether one more part may be made. */
  takePart(): boolean {
    if (this.#parts >= this.limits.parts) {
      this.exceed('parts');
      return false;
    }
    this.#parts++;
    return true;
  }

  /** Whether another reading may look at so many octets. */
  takeReading(octets: number): boolean {
    if (octets > this.#readingOctets) {
      this.exceed('readings');
      return false;
    }
    this.#readingOctets -= octets;
    return true;
  }
}
