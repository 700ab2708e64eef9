import type { Socket } from 'node:net';
import { ClamdError } from '../errors.ts';
import { type ClamdAddress, connectClamd } from './clamd-address.ts';

const MAX_REPLY_OCTETS = 4096;
const END_OF_STREAM = Buffer.alloc(4);

/**
 * One kept connection to clamd (clamd(8), IDSESSION), one scan at a time. A session per connection costs a quarter of
 * the processor time of a connection per scan. After any failure it is spent: {@link isOpen} is false.
 */
export class ClamdSession {
  /** Scans that were answered. */
  scans = 0;
  readonly #socket: Socket;
  #open = true;
  #connected = false;
  #received = '';
  #waiting: { resolve: (reply: string) => void; reject: (error: ClamdError) => void; timer: NodeJS.Timeout } | null =
    null;

  constructor(address: ClamdAddress, connectMs: number) {
    this.#socket = connectClamd(address);
    this.#socket.setEncoding('latin1');
    const slow = setTimeout(
      () => this.#fail(new ClamdError('unreachable', `Cannot reach clamd: no connection in ${connectMs} ms`)),
      connectMs,
    );
    this.#socket.once('connect', () => {
      this.#connected = true;
      clearTimeout(slow);
    });
    this.#socket.on('data', (text: string) => this.#take(text));
    this.#socket.on('error', (cause) => {
      const reason = this.#connected ? 'connection-lost' : 'unreachable';
      this.#fail(new ClamdError(reason, `Cannot scan with clamd: ${cause.message}`, { cause }));
    });
    this.#socket.on('close', () => {
      clearTimeout(slow);
      this.#fail(new ClamdError('connection-lost', 'Cannot scan with clamd: it closed the connection'));
    });
    this.#socket.write('zIDSESSION\0');
  }

  get isOpen(): boolean {
    return this.#open;
  }

  /** Sends octets as one stream; resolves with clamd's reply without session number and terminator. */
  scan(octets: Buffer, deadlineMs: number): Promise<string> {
    if (!this.#open || this.#waiting) {
      return Promise.reject(new ClamdError('closed', 'Cannot scan with clamd: the session is spent or busy'));
    }
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => this.#fail(new ClamdError('deadline', `Cannot scan with clamd: no answer in ${deadlineMs} ms`)),
        deadlineMs,
      );
      this.#waiting = { resolve, reject, timer };
      this.#socket.ref();
      this.#send(octets);
    });
  }

  close(): void {
    this.#fail(new ClamdError('closed', 'Cannot scan with clamd: the session was closed'));
  }

  /** One command and one chunk: `zINSTREAM\0`, length, octets, zero length. Large octets are not copied. */
  #send(octets: Buffer): void {
    const head = Buffer.alloc(14);
    head.write('zINSTREAM\0', 'latin1');
    head.writeUInt32BE(octets.length, 10);
    this.#socket.cork();
    this.#socket.write(head);
    if (octets.length > 0) {
      this.#socket.write(octets);
      this.#socket.write(END_OF_STREAM);
    }
    this.#socket.uncork();
  }

  #take(text: string): void {
    this.#received += text;
    const end = this.#received.indexOf('\0');
    if (end < 0) {
      if (this.#received.length > MAX_REPLY_OCTETS) this.#fail(badReply('it has no end'));
      return;
    }
    const reply = this.#received.slice(0, end);
    this.#received = this.#received.slice(end + 1);
    const number = `${this.scans + 1}: `;
    if (!this.#waiting || this.#received !== '' || !reply.startsWith(number)) {
      this.#fail(badReply(this.#waiting ? 'it answers another scan' : 'nobody asked'));
      return;
    }
    const { resolve, timer } = this.#waiting;
    this.#waiting = null;
    this.scans += 1;
    clearTimeout(timer);
    this.#socket.unref();
    resolve(reply.slice(number.length));
  }

  #fail(error: ClamdError): void {
    if (!this.#open) return;
    this.#open = false;
    this.#socket.destroy();
    const waiting = this.#waiting;
    this.#waiting = null;
    if (!waiting) return;
    clearTimeout(waiting.timer);
    waiting.reject(error);
  }
}

const badReply = (why: string) => new ClamdError('bad-reply', `Cannot understand clamd: ${why}`);
