import { SekishoError } from '@sekisho/terms';
import type { RootKeyKept, RootKeyRotated } from '../processes/supervisor-messages.ts';

/** How long the supervisor may take to write a new root key, in milliseconds. */
const DEADLINE_MS = 10_000;

/** The core's half of a rotation: only the supervisor may be able to write the file of the root key. */
export class RootRotation {
  readonly #tell: (message: { readonly kind: 'rotate-root-key' }) => void;
  #waiting: PromiseWithResolvers<RootKeyRotated> | null = null;

  constructor(tell: (message: { readonly kind: 'rotate-root-key' }) => void) {
    this.#tell = tell;
  }

  /** Asks for a new root key; one rotation at a time. */
  async ask(): Promise<RootKeyRotated> {
    if (this.#waiting) throw new SekishoError('root-key-busy', 'Cannot rotate the root key: it is being rotated');
    const waiting = Promise.withResolvers<RootKeyRotated>();
    this.#waiting = waiting;
    const overdue = new SekishoError('call-lost', 'Cannot rotate the root key: the supervisor does not answer');
    const timer = setTimeout(() => waiting.reject(overdue), DEADLINE_MS);
    this.#tell({ kind: 'rotate-root-key' });
    try {
      return await waiting.promise;
    } finally {
      clearTimeout(timer);
      this.#waiting = null;
    }
  }

  /** The supervisor's answer. */
  take(message: RootKeyRotated | RootKeyKept): void {
    if (message.kind === 'root-key-rotated') this.#waiting?.resolve(message);
    else this.#waiting?.reject(new SekishoError(message.fault.id, message.fault.message));
  }
}
