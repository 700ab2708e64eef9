import { Worker } from 'node:worker_threads';

export interface PdfOrder {
  readonly octets: Uint8Array<ArrayBuffer>;
  readonly maxCharacters: number;
}

/** What the reading thread sends: text of a page, or how it ended. */
export type PdfPiece = { readonly text: string } | { readonly end: 'whole' | 'cut' | 'encrypted' | 'damaged' };

export interface PdfText {
  readonly text: string;
  /** `late`: the time was over; `died`: the thread broke, for want of memory for example. */
  readonly end: 'whole' | 'cut' | 'encrypted' | 'damaged' | 'late' | 'died';
}

const MAX_HEAP_MIB = 512;
const IDLE_MS = 30_000;

/**
 * Takes the text out of PDF documents, one at a time, in a thread that is started with the first and ended when idle:
 * a document that spins for ever costs its deadline and nothing else. What was read until then is kept.
 */
export class PdfReader {
  #thread: Worker | null = null;
  #idle: NodeJS.Timeout | undefined;
  #last: Promise<unknown> = Promise.resolve();

  /** The text of one document. The deadline starts when its turn comes. */
  read(octets: Buffer, maxCharacters: number, deadlineMs: number): Promise<PdfText> {
    const turn = this.#last.then(() => this.#read(octets, maxCharacters, deadlineMs));
    this.#last = turn;
    return turn;
  }

  async close(): Promise<void> {
    clearTimeout(this.#idle);
    const thread = this.#thread;
    this.#thread = null;
    await thread?.terminate();
  }

  #read(octets: Buffer, maxCharacters: number, deadlineMs: number): Promise<PdfText> {
    clearTimeout(this.#idle);
    const thread = (this.#thread ??= startThread());
    return new Promise((resolve) => {
      const texts: string[] = [];
      const take = (piece: PdfPiece) => ('end' in piece ? finish(piece.end) : texts.push(piece.text));
      const die = () => finish('died');
      const finish = (end: PdfText['end']) => {
        clearTimeout(timer);
        thread.off('message', take).off('exit', die).unref();
        if (end === 'late' || end === 'died') this.#drop(thread);
        else this.#idle = setTimeout(() => this.#drop(thread), IDLE_MS).unref();
        resolve({ text: texts.join(''), end });
      };
      const timer = setTimeout(() => finish('late'), deadlineMs);
      thread.ref();
      thread.on('message', take).on('exit', die);
      const copy = new Uint8Array(octets);
      thread.postMessage({ octets: copy, maxCharacters } satisfies PdfOrder, [copy.buffer]);
    });
  }

  #drop(thread: Worker): void {
    if (this.#thread === thread) this.#thread = null;
    void thread.terminate();
  }
}

function startThread(): Worker {
  const thread = new Worker(new URL('./pdf-thread.ts', import.meta.url), {
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MIB },
  });
  // An error ends the thread, and its end is what the reader of the moment hears of.
  thread.on('error', () => undefined);
  return thread;
}
