import { DataDecoder } from '@sekisho/smtp';
import { checkHeader } from './header-check.ts';
import type { GatewayLimits } from './limits.ts';
import type { AcceptPort, LargeBody } from './ports.ts';
import type { REFUSALS } from './refusals.ts';

/** Octets of all bodies that wait in memory, in one process. */
export interface CollectedOctets {
  total: number;
}

/** A body that streams early, because memory is short, has at least so many octets. */
const EARLY_STREAM_OCTETS = 65_536;

/**
 * Takes one message's data: in memory while it is small, streamed to the accept port when it is not. A message that
 * will be refused is read to its end and forgotten.
 */
export class BodyReceiver {
  readonly startedAt: number;
  readonly #decoder = new DataDecoder();
  readonly #limits: GatewayLimits;
  readonly #port: AcceptPort;
  readonly #collected: CollectedOctets;
  /** Octets that left the memory: streamed, handed over or forgotten. */
  #gone = 0;
  #counted = 0;
  #streamFrom: number;
  #large: LargeBody | null = null;
  #refusal: keyof typeof REFUSALS | null = null;

  constructor(port: AcceptPort, limits: GatewayLimits, collected: CollectedOctets, now: number) {
    this.#port = port;
    this.#limits = limits;
    this.#collected = collected;
    this.startedAt = now;
    this.#streamFrom = Math.min(limits.collectedBodyOctets, EARLY_STREAM_OCTETS);
  }

  get sizeOctets(): number {
    return this.#decoder.sizeOctets;
  }

  /** Why the message is refused, if it is. */
  get refusal(): keyof typeof REFUSALS | null {
    return this.#refusal;
  }

  /** The octets that wait in memory: the whole message, unless {@link large} took the others. */
  takePieces(): Buffer[] {
    this.#gone = this.sizeOctets;
    return this.#decoder.take();
  }

  /** The stream that took the message, when it did not stay in memory. */
  get large(): LargeBody | null {
    return this.#large;
  }

  /** Reads a chunk; the index behind the end of data, or -1. */
  push(chunk: Buffer): number {
    const end = this.#decoder.push(chunk);
    if (this.#decoder.defect !== null) this.#refusal = this.#decoder.defect;
    else if (this.sizeOctets > this.#limits.messageOctets) this.#refusal ??= 'too-big';
    if (this.#refusal !== null) this.#forget();
    else this.#count();
    if (end >= 0 && this.#refusal === null && this.#large === null) this.#checkHeader();
    return end;
  }

  /** The accept port takes such a message as a stream only. */
  get isTooBigForMemory(): boolean {
    return this.sizeOctets > this.#limits.collectedBodyOctets;
  }

  /** True when what was read has to go to the stream before more is read. */
  get mustFlush(): boolean {
    if (this.#refusal !== null) return this.#large !== null;
    if (this.#large !== null) return this.#decoder.pieces.length > 0;
    if (this.sizeOctets <= this.#streamFrom) return false;
    const memoryIsShort = this.#collected.total > this.#limits.collectedTotalOctets;
    return memoryIsShort || this.isTooBigForMemory;
  }

  /**
   * Moves what was read to the stream, opening it first; of a refused message, gives the stream up. When the stream
   * fails, the message is refused and the reason handed to `failed`.
   */
  async flush(failed: (error: unknown) => void): Promise<void> {
    if (this.#refusal === null && this.#large === null && !this.#mayStream()) return;
    try {
      if (this.#refusal !== null) return await this.abandon();
      this.#large ??= await this.#port.openLargeBody();
      for (const piece of this.takePieces()) await this.#large.write(piece);
      this.#count();
    } catch (error) {
      failed(error);
      this.#refusal ??= 'not-stored';
      await this.abandon().catch(failed);
    }
  }

  /** Forgets the message, in memory and in the stream. */
  async abandon(): Promise<void> {
    const large = this.#large;
    this.#large = null;
    this.#forget();
    await large?.abandon();
  }

  /** The message has its answer: its octets no longer count. */
  release(): void {
    this.#forget();
  }

  /** A stream is opened for a message with a header section that ends and is in order. */
  #mayStream(): boolean {
    const header = checkHeader(this.#decoder.pieces, this.#limits);
    if (header === 'ok') return true;
    this.#streamFrom = this.sizeOctets * 2;
    if (header === 'open' && !this.isTooBigForMemory) return false;
    this.#refusal = header === 'open' ? 'header-too-big' : header;
    this.#forget();
    return false;
  }

  #checkHeader(): void {
    const header = checkHeader(this.#decoder.pieces, this.#limits);
    if (header === 'loop' || header === 'header-too-big') {
      this.#refusal = header;
      this.#forget();
    }
  }

  #forget(): void {
    this.takePieces();
    this.#count();
  }

  #count(): void {
    const octets = this.sizeOctets - this.#gone;
    this.#collected.total += octets - this.#counted;
    this.#counted = octets;
  }
}
