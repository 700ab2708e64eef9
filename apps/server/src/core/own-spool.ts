import { SpoolWriter, type SpoolReference, type SpoolWriterOptions } from '@sekisho/spool';
import type { Envelope } from '@sekisho/terms';

/**
 * What the core itself writes to the spool: reports to senders. Opened when there is something to write, and again when
 * that failed, so that a core starts, and makes room, on a disk that is full.
 */
export class OwnSpool {
  readonly #options: SpoolWriterOptions;
  #writer: Promise<SpoolWriter> | null = null;

  constructor(options: SpoolWriterOptions) {
    this.#options = options;
  }

  /** Resolves when the message is on stable storage; rejects when it is not ours. */
  async append(envelope: Envelope, body: readonly Buffer[]): Promise<SpoolReference> {
    const writer = (this.#writer ??= SpoolWriter.open(this.#options));
    try {
      return await (await writer).append(envelope, body);
    } catch (error) {
      if (await isUnopened(writer)) this.#writer = null;
      throw error;
    }
  }

  async close(): Promise<void> {
    if (this.#writer && !(await isUnopened(this.#writer))) await (await this.#writer).close();
  }
}

const isUnopened = (writer: Promise<SpoolWriter>) =>
  writer.then(
    () => false,
    () => true,
  );
