import type { Socket } from 'node:net';
import type { REFUSALS } from './refusals.ts';
import { secure } from './secure.ts';
import type { Session } from './session.ts';

/** Octets of input that wait, while a reply is worked on, before the client is held up. */
const WAITING_INPUT_OCTETS = 65_536;

/**
 * Carries a session over its socket: hands it what comes, writes the replies of one wake-up together (RFC 2920 §3.2),
 * and keeps its deadlines. While a reply is worked on nothing more is obeyed, so replies come in the order of commands.
 */
export class Conversation {
  readonly session: Session;
  #socket: Socket;
  #out = '';
  #deadline = Number.POSITIVE_INFINITY;
  #isGreeted = false;
  #isBusy = false;
  #isPaused = false;
  #isHeldUp = false;
  #isAtEnd = false;
  #isClosed = false;

  constructor(session: Session, socket: Socket) {
    this.session = session;
    this.#socket = socket;
  }

  /** Greets the client, inside TLS when the listener speaks nothing else. `early` came with the connection. */
  start(isTlsFirst: boolean, early: Buffer): void {
    if (isTlsFirst) {
      if (early.length > 0) this.#socket.unshift(early);
      this.#secure();
      return;
    }
    if (early.length > 0) this.session.push(early);
    this.#listen();
    this.#greet();
    this.#socket.resume();
  }

  /** Cuts a client that let its deadline pass. */
  checkDeadline(now: number): void {
    if (now < this.#deadline) return;
    if (!this.session.isOpen || this.session.isSecuring || this.#isHeldUp) this.#socket.destroy();
    else this.#endWith('overdue');
  }

  /** Ends a session that is not in the midst of a message; others end behind their next reply. */
  drain(): void {
    const { session } = this;
    if (session.isOpen && session.body === null && !this.#isBusy && !session.isSecuring) this.#endWith('draining');
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #greet(): void {
    this.#isGreeted = true;
    this.#out += this.session.context.greetings.ready;
    this.#pump();
  }

  #listen(): void {
    const socket = this.#socket;
    socket.on('data', (chunk: Buffer) => this.#read(chunk));
    socket.on('end', () => {
      this.#isAtEnd = true;
      if (!this.#isBusy) this.#end();
    });
    socket.on('close', () => {
      this.#isClosed = true;
      if (!this.#isBusy) this.session.abandon();
    });
  }

  #read(chunk: Buffer): void {
    const { session } = this;
    if (!session.isOpen) return;
    session.push(chunk);
    if (!this.#isBusy && !this.#isHeldUp) this.#pump();
    else if (session.unreadOctets > WAITING_INPUT_OCTETS) this.#pause();
  }

  #pump(): void {
    const { session } = this;
    while (session.isOpen && !session.isSecuring) {
      const answer = session.next();
      if (answer === null) break;
      if (typeof answer !== 'string') {
        this.#wait(answer);
        return;
      }
      this.#out += answer;
      this.#leaveWhenDraining();
    }
    if (session.body !== null) this.#setDataDeadline();
    else if (this.#out !== '') this.#setDeadline(session.context.limits.commandDeadlineMs);
    this.#flush();
    if (session.isSecuring) this.#secure();
    else if (!session.isOpen || this.#isAtEnd) this.#end();
  }

  #wait(answer: Promise<string>): void {
    const { session } = this;
    this.#isBusy = true;
    this.#deadline = Number.POSITIVE_INFINITY;
    this.#flush();
    answer
      .catch((error: unknown) => session.unforeseen(error))
      .then((text) => {
        this.#isBusy = false;
        if (this.#isClosed) return session.abandon();
        this.#out += text;
        this.#leaveWhenDraining();
        if (!this.#isHeldUp) {
          this.#resume();
          this.#pump();
        }
      });
  }

  #leaveWhenDraining(): void {
    const { session } = this;
    if (session.context.drain.isOn && session.isOpen && session.body === null) this.#out += session.refuse('draining');
  }

  #flush(): void {
    if (this.#out === '') return;
    const text = this.#out;
    this.#out = '';
    if (this.#socket.write(text, 'latin1') || this.#isHeldUp) return;
    this.#isHeldUp = true;
    this.#pause();
    this.#setDeadline(this.session.context.limits.replyDeadlineMs);
    this.#socket.once('drain', () => {
      this.#isHeldUp = false;
      this.#setDeadline(this.session.context.limits.commandDeadlineMs);
      this.#resume();
      if (!this.#isBusy) this.#pump();
    });
  }

  #endWith(reason: keyof typeof REFUSALS): void {
    this.#out += this.session.refuse(reason);
    this.#flush();
    this.#end();
  }

  /** Closes our side and reads on, so that the last reply is not lost to a reset; who does not close is cut off. */
  #end(): void {
    this.session.abandon();
    this.#setDeadline(this.session.context.limits.replyDeadlineMs);
    if (!this.#socket.writableEnded) this.#socket.end();
    this.#resume();
  }

  #secure(): void {
    const { session } = this;
    const { tls, limits, events } = session.context;
    if (tls.context === null) {
      this.destroy();
      return;
    }
    session.isSecuring = true;
    this.#isHeldUp = false;
    this.#isPaused = false;
    this.#setDeadline(limits.tlsHandshakeMs);
    this.#socket = secure(this.#socket, tls.context, tls.askClients, (outcome) => {
      if (outcome.kind === 'failed') {
        events.handshakeFailed(session.listener, session.ip, outcome.error);
        return;
      }
      session.secured(outcome.facts);
      events.secured(session.listener, outcome.facts.version);
      this.#setDeadline(limits.commandDeadlineMs);
      this.#listen();
      if (!this.#isGreeted) this.#greet();
    });
  }

  #pause(): void {
    this.#isPaused = true;
    this.#socket.pause();
  }

  #resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.#socket.resume();
  }

  #setDeadline(ms: number): void {
    this.#deadline = this.session.context.clock.monotonic() + ms;
  }

  #setDataDeadline(): void {
    const { clock, limits } = this.session.context;
    const body = this.session.body!;
    const whole = body.startedAt + limits.dataDeadlineMs + (body.sizeOctets / limits.dataOctetsPerSecond) * 1000;
    this.#deadline = Math.min(clock.monotonic() + limits.dataIdleMs, whole);
  }
}
