import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { readDrillMail } from './drill-mail.ts';

/** One message that came to the sink in one transaction. */
export interface Copy {
  readonly number: number;
  readonly digest: string;
  readonly recipients: readonly string[];
  /** When the final dot was there, in milliseconds since 1970. */
  readonly arrivedAt: number;
  /** When the 250 went out; `null` when it did not, so that the message is still the sender's. */
  repliedAt: number | null;
}

/** What the sink does with a message that is whole: take it, refuse it for now, hang before the reply, or hang up. */
export type Mood = { readonly kind: 'take' | 'refuse' | 'drop' } | { readonly kind: 'hang'; readonly ms: number };

/** The next hop of every tenant, in the drill's own process: takes mail and remembers what it took. */
export class Sink {
  readonly copies: Copy[] = [];
  /** Mail that is not a drill's, such as reports. */
  strangers = 0;
  /** Asked for each whole message. */
  mood: () => Mood = () => ({ kind: 'take' });
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #taken = new Set<string>();

  static async open(port = 0): Promise<Sink> {
    const sink = new Sink();
    sink.#server.listen(port, '127.0.0.1');
    await once(sink.#server, 'listening');
    return sink;
  }

  constructor() {
    this.#server = createServer((socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
      socket.on('error', () => socket.destroy());
      new SinkSession(socket, this);
    });
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** True when the recipient has the message and its 250 went out. */
  hasTaken(number: number, recipient: string): boolean {
    return this.#taken.has(`${number} ${recipient}`);
  }

  took(copy: Copy): void {
    copy.repliedAt = Date.now();
    for (const recipient of copy.recipients) this.#taken.add(`${copy.number} ${recipient}`);
  }

  /** Counts a copy of an earlier run as taken. */
  remember(copy: Copy): void {
    this.copies.push(copy);
    for (const recipient of copy.recipients) this.#taken.add(`${copy.number} ${recipient}`);
  }

  /** Begins anew. */
  forget(): void {
    this.copies.length = 0;
    this.#taken.clear();
  }

  /** When the last message came, in milliseconds since 1970; 0 when none did. */
  get lastAt(): number {
    return this.copies.at(-1)?.arrivedAt ?? 0;
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }
}

const END = Buffer.from('\r\n.\r\n');

class SinkSession {
  readonly #socket: Socket;
  readonly #sink: Sink;
  #buffer = Buffer.alloc(0);
  #recipients: string[] = [];
  /** Where the end of the content is looked for; -1 between messages. */
  #searched = -1;
  #isBusy = false;

  constructor(socket: Socket, sink: Sink) {
    this.#socket = socket;
    this.#sink = sink;
    this.#say('220 sink.test ESMTP');
    socket.on('data', (chunk: Buffer) => {
      this.#buffer = Buffer.concat([this.#buffer, chunk]);
      void this.#go();
    });
  }

  async #go(): Promise<void> {
    if (this.#isBusy) return;
    this.#isBusy = true;
    while (!this.#socket.destroyed && (this.#searched < 0 ? this.#command() : await this.#content()));
    this.#isBusy = false;
  }

  #command(): boolean {
    const end = this.#buffer.indexOf('\r\n');
    if (end < 0) return false;
    const line = this.#buffer.toString('latin1', 0, end);
    this.#buffer = this.#buffer.subarray(end + 2);
    const verb = line.slice(0, 4).toUpperCase();
    if (verb === 'EHLO') this.#say('250-sink.test\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 SIZE 0');
    else if (verb === 'RCPT') {
      this.#recipients.push(/<([^>]*)>/.exec(line)?.[1] ?? '');
      this.#say('250 2.1.5 Ok');
    } else if (verb === 'DATA') {
      this.#say('354 Go on');
      this.#searched = 0;
    } else if (verb === 'QUIT') {
      this.#say('221 2.0.0 Bye');
      this.#socket.end();
    } else {
      this.#recipients = [];
      this.#say('250 2.0.0 Ok');
    }
    return true;
  }

  async #content(): Promise<boolean> {
    const end = this.#buffer.indexOf(END, this.#searched);
    if (end < 0) {
      this.#searched = Math.max(0, this.#buffer.length - END.length);
      return false;
    }
    const stuffed = this.#buffer.toString('latin1', 0, end + 2);
    this.#buffer = this.#buffer.subarray(end + END.length);
    this.#searched = -1;
    const recipients = this.#recipients;
    this.#recipients = [];
    await this.#take(Buffer.from(stuffed.replaceAll('\r\n..', '\r\n.'), 'latin1'), recipients);
    return true;
  }

  async #take(octets: Buffer, recipients: readonly string[]): Promise<void> {
    const mail = readDrillMail(octets);
    if (!mail) {
      this.#sink.strangers += 1;
      return this.#say('250 2.0.0 Taken');
    }
    const mood = this.#sink.mood();
    if (mood.kind === 'refuse') return this.#say('451 4.3.0 Not now');
    const { number, digest } = mail;
    const copy: Copy = { number, digest, recipients, arrivedAt: Date.now(), repliedAt: null };
    this.#sink.copies.push(copy);
    if (mood.kind === 'drop') this.#socket.destroy();
    if (mood.kind === 'hang') await new Promise((resolve) => setTimeout(resolve, mood.ms));
    if (this.#socket.destroyed) return;
    this.#sink.took(copy);
    this.#say('250 2.0.0 Taken');
  }

  #say(reply: string): void {
    this.#socket.write(`${reply}\r\n`);
  }
}
