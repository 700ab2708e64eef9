import type { Socket } from 'node:net';
import { ReplyParser, type ServerReply } from '@sekisho/smtp';
import { SessionFailedError } from '../errors.ts';
import { Deadline } from './deadline.ts';
import type { Stage } from './stage.ts';

interface Waiting {
  readonly stage: Stage;
  readonly ms: number;
  readonly resolve: (reply: ServerReply) => void;
  readonly reject: (error: SessionFailedError) => void;
}

/**
 * Replies in the order of the questions. Every wait has a deadline; a reply that nobody asked for, octets that are no
 * reply, and the end of the connection fail the channel for good.
 */
export class ReplyChannel {
  readonly #where: string;
  readonly #deadline = new Deadline(() => this.#late());
  readonly #waiting: Waiting[] = [];
  #parser = new ReplyParser();
  #socket: Socket;
  #failure: SessionFailedError | null = null;
  /** Octets heard so far. */
  octetsIn = 0;
  /** Called once when the channel fails, also while nobody waits. */
  onFailure: (() => void) | null = null;

  constructor(socket: Socket, where: string) {
    this.#socket = socket;
    this.#where = where;
    this.#listen(socket);
  }

  get socket(): Socket {
    return this.#socket;
  }

  get failure(): SessionFailedError | null {
    return this.#failure;
  }

  /** True when octets of a further reply have come already. */
  get hasUnread(): boolean {
    return this.#parser.hasUnread;
  }

  /** The next reply that no earlier question waits for. */
  reply(stage: Stage, ms: number): Promise<ServerReply> {
    return new Promise((resolve, reject) => {
      if (this.#failure) return reject(this.#failure);
      this.#waiting.push({ stage, ms, resolve, reject });
      if (this.#waiting.length === 1) this.#deadline.set(ms);
    });
  }

  /** Replaces the deadline of the question that is first in line. */
  setDeadline(ms: number): void {
    if (this.#failure === null) this.#deadline.set(ms);
  }

  /** Stops listening to the clear socket, before TLS takes it over. */
  release(): void {
    this.#socket.removeAllListeners('data');
    this.#socket.pause();
  }

  /** Goes on over another socket with nothing kept from the first (RFC 3207 §4.2). */
  take(socket: Socket): void {
    this.#unlisten(this.#socket);
    this.#socket = socket;
    this.#parser = new ReplyParser();
    this.#listen(socket);
  }

  fail(error: SessionFailedError): void {
    if (this.#failure) return;
    this.#failure = error;
    this.#deadline.stop();
    this.#socket.destroy();
    for (const one of this.#waiting.splice(0)) one.reject(error);
    this.onFailure?.();
  }

  #data(chunk: Buffer): void {
    this.octetsIn += chunk.length;
    let replies: ServerReply[];
    try {
      replies = this.#parser.push(chunk);
    } catch (error) {
      this.fail(this.#error('what it said is no reply', error));
      return;
    }
    for (const reply of replies) {
      const one = this.#waiting.shift();
      if (!one) {
        this.fail(this.#error(`it said "${reply.code}" when nothing was asked`));
        return;
      }
      one.resolve(reply);
    }
    const next = this.#waiting[0];
    if (next === undefined) this.#deadline.clear();
    else if (replies.length > 0) this.#deadline.set(next.ms);
  }

  #late(): void {
    this.fail(this.#error(`no answer within ${this.#waiting[0]?.ms ?? 0} ms`));
  }

  #error(why: string, cause?: unknown): SessionFailedError {
    const stage = this.#waiting[0]?.stage ?? 'idle';
    return new SessionFailedError(stage, `Cannot go on with ${this.#where} at ${stage}: ${why}`, cause);
  }

  readonly #onData = (chunk: Buffer) => this.#data(chunk);
  readonly #onEnd = () => this.fail(this.#error('it closed the connection'));
  readonly #onError = (error: NodeJS.ErrnoException) => this.fail(this.#error(error.code ?? error.message, error));

  #listen(socket: Socket): void {
    socket.on('data', this.#onData);
    socket.on('end', this.#onEnd);
    socket.on('close', this.#onEnd);
    socket.on('error', this.#onError);
  }

  #unlisten(socket: Socket): void {
    socket.off('data', this.#onData);
    socket.off('end', this.#onEnd);
    socket.off('close', this.#onEnd);
  }
}
