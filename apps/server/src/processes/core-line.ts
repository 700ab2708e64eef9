import { connect } from 'node:net';
import type { Log } from '@sekisho/ports';
import type { SpoolReference } from '@sekisho/spool';
import { Caller, isAnswer } from '../links/calls.ts';
import { type FrameLink, frameLink } from '../links/frame-link.ts';
import type { CoreToFront, FrontHello, FrontQuestion, FrontToCore } from '../links/messages.ts';

const RECONNECT_MS = 200;
const DEADLINE_MS = 30_000;
/** Above this the core is not keeping up with hints: the line is ended, and the core finds the messages in the spool. */
const BACKLOG_OCTETS = 64 * 1024 * 1024;

export interface CoreLineOptions {
  readonly socket: string;
  readonly log: Log;
  hello(): FrontHello;
  onMessage(message: Exclude<CoreToFront, { readonly answer: number }>): void;
}

/** A front's line to the core: made again whenever it ends. What is told while there is none is found in the spool. */
export class CoreLine {
  readonly #options: CoreLineOptions;
  #link: FrameLink<FrontToCore, CoreToFront> | null = null;
  #caller: Caller | null = null;
  #isClosed = false;

  constructor(options: CoreLineOptions) {
    this.#options = options;
    this.#connect();
  }

  tell(message: FrontToCore): void {
    const link = this.#link;
    if (!link) return;
    link.send(message);
    if (link.backlogOctets > BACKLOG_OCTETS) {
      this.#options.log.warn('front.hints-given-up', { octets: link.backlogOctets });
      this.#link = null;
      this.#caller = null;
      link.close();
    }
  }

  /** True while the core hears what is told. */
  get isUp(): boolean {
    return this.#link !== null;
  }

  accepted(reference: SpoolReference): void {
    this.tell({ kind: 'accepted', reference });
  }

  /** Asks the core; rejects at once when there is no line. */
  ask<Value>(question: FrontQuestion, deadlineMs = DEADLINE_MS): Promise<Value> {
    if (!this.#caller) return Promise.reject(new Error('Cannot ask the core: there is no line to it'));
    return this.#caller.call<Value>(question, deadlineMs);
  }

  close(): void {
    this.#isClosed = true;
    this.#link?.close();
  }

  #connect(): void {
    if (this.#isClosed) return;
    const socket = connect(this.#options.socket);
    const again = () => setTimeout(() => this.#connect(), RECONNECT_MS);
    socket.once('error', again);
    socket.once('connect', () => {
      socket.removeListener('error', again);
      const link = frameLink<FrontToCore, CoreToFront>(socket, () => undefined);
      const caller = new Caller((question) => link.send(question), DEADLINE_MS);
      this.#link = link;
      this.#caller = caller;
      link.onMessage = (message) => {
        if (isAnswer(message)) caller.take(message);
        else this.#options.onMessage(message);
      };
      void link.closed.then(() => {
        caller.end();
        if (this.#link === link) this.#link = null;
        if (this.#caller === caller) this.#caller = null;
        again();
      });
      link.send(this.#options.hello());
    });
  }
}
