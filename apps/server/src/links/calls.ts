import { SekishoError } from '@sekisho/terms';

/** A question on its way over a line that only knows messages. */
export interface Question {
  readonly ask: number;
  readonly body: unknown;
}

/** The answer to a {@link Question}: a value, or the two faces of an error. */
export interface Answer {
  readonly answer: number;
  readonly value?: unknown;
  readonly fault?: {
    readonly id: string;
    readonly message: string;
    readonly detail: Readonly<Record<string, unknown>>;
  };
}

/** The other side did not answer in time, or the line ended. What was asked may have been done. */
export class CallLostError extends SekishoError {
  constructor(why: 'deadline' | 'line ended', detail: Record<string, unknown> = {}) {
    super('call-lost', `Cannot get an answer: ${why}`, { detail });
  }
}

/** Asks over a line and waits for answers, each with a deadline. */
export class Caller {
  readonly #send: (question: Question) => void;
  readonly #deadlineMs: number;
  readonly #waiting = new Map<
    number,
    { resolve: (value: unknown) => void; reject: (error: Error) => void; timer: NodeJS.Timeout | null }
  >();
  #next = 1;

  constructor(send: (question: Question) => void, deadlineMs: number) {
    this.#send = send;
    this.#deadlineMs = deadlineMs;
  }

  /** Asks; without a deadline (`null`) whoever asks learns the outcome however long it takes. */
  call<Value>(body: unknown, deadlineMs: number | null = this.#deadlineMs): Promise<Value> {
    const ask = this.#next++;
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const lost = () => {
      this.#waiting.delete(ask);
      reject(new CallLostError('deadline', { deadlineMs }));
    };
    const timer = deadlineMs === null ? null : setTimeout(lost, deadlineMs);
    this.#waiting.set(ask, { resolve, reject, timer });
    try {
      this.#send({ ask, body });
    } catch (error) {
      this.#waiting.delete(ask);
      clearTimeout(timer ?? undefined);
      reject(error as Error);
    }
    return promise as Promise<Value>;
  }

  /** Hands an answer to whoever waits for it; late answers are dropped. */
  take(answer: Answer): void {
    const waiting = this.#waiting.get(answer.answer);
    if (!waiting) return;
    this.#waiting.delete(answer.answer);
    clearTimeout(waiting.timer ?? undefined);
    if (answer.fault)
      waiting.reject(new SekishoError(answer.fault.id, answer.fault.message, { detail: { ...answer.fault.detail } }));
    else waiting.resolve(answer.value);
  }

  /** The line has ended: everybody who waits is told. */
  end(): void {
    for (const waiting of this.#waiting.values()) {
      clearTimeout(waiting.timer ?? undefined);
      waiting.reject(new CallLostError('line ended'));
    }
    this.#waiting.clear();
  }
}

/** Runs `handle` on a question and makes the answer to send back; no error of a handler escapes. */
export async function answerTo(
  question: Question,
  handle: (body: never) => unknown,
  onUnforeseen: (error: unknown) => void,
): Promise<Answer> {
  try {
    return { answer: question.ask, value: await handle(question.body as never) };
  } catch (error) {
    if (error instanceof SekishoError)
      return { answer: question.ask, fault: { id: error.id, message: error.message, detail: error.detail } };
    onUnforeseen(error);
    return {
      answer: question.ask,
      fault: { id: 'unforeseen', message: 'Cannot do this: an unforeseen error, see the log', detail: {} },
    };
  }
}

export const isAnswer = (message: unknown): message is Answer =>
  typeof message === 'object' && message !== null && 'answer' in message;
export const isQuestion = (message: unknown): message is Question =>
  typeof message === 'object' && message !== null && 'ask' in message;
