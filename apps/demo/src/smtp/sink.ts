import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { type Command, DataDecoder, formatReply, LineSplitter, parseCommand } from '@sekisho/smtp';
import { formatAddress, formatReversePath, type Reply } from '@sekisho/terms';

/** A message as a sink took it. */
export interface SunkMessage {
  readonly reversePath: string;
  readonly forwardPaths: readonly string[];
  readonly content: Buffer;
  readonly at: number;
}

const LINE_OCTETS = 4096;
const KEYWORDS = ['PIPELINING', 'SIZE 52428800', '8BITMIME', 'SMTPUTF8', 'ENHANCEDSTATUSCODES', 'DSN'];

/**
 * A mail server of somebody else, played on 127.0.0.1: it speaks SMTP through the same grammar as the house, knows its
 * recipients, and keeps in memory what it gets.
 */
export class Sink {
  readonly messages: SunkMessage[] = [];
  readonly #name: string;
  readonly #knows: (address: string) => boolean;
  readonly #sockets = new Set<Socket>();
  readonly #server: Server;

  private constructor(name: string, knows: (address: string) => boolean) {
    this.#name = name;
    this.#knows = knows;
    this.#server = createServer({ noDelay: true }, (socket) => this.#connected(socket));
  }

  static async open(name: string, knows: (address: string) => boolean): Promise<Sink> {
    const sink = new Sink(name, knows);
    await new Promise<void>((resolve, reject) => {
      sink.#server.once('error', reject);
      sink.#server.listen(0, '127.0.0.1', resolve);
    });
    return sink;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #connected(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    const conversation = new Conversation(this.#name, this.#knows, (message) => this.messages.push(message));
    socket.write(formatReply({ code: 220, text: `${this.#name} ESMTP` }));
    socket.on('data', (chunk: Buffer) => {
      const { replies, isOver } = conversation.take(chunk);
      if (replies !== '') socket.write(replies);
      if (isOver) socket.end();
    });
  }
}

/** What one client has said so far. */
class Conversation {
  readonly #name: string;
  readonly #knows: (address: string) => boolean;
  readonly #keep: (message: SunkMessage) => void;
  readonly #lines = new LineSplitter(LINE_OCTETS);
  #data: DataDecoder | null = null;
  #reversePath = '';
  #forwardPaths: string[] = [];

  constructor(name: string, knows: (address: string) => boolean, keep: (message: SunkMessage) => void) {
    this.#name = name;
    this.#knows = knows;
    this.#keep = keep;
  }

  take(chunk: Buffer): { readonly replies: string; readonly isOver: boolean } {
    let [replies, rest] = ['', chunk];
    for (;;) {
      if (this.#data) {
        const end = this.#data.push(rest);
        if (end < 0) return { replies, isOver: false };
        replies += formatReply(this.#taken(this.#data));
        rest = rest.subarray(end);
        this.#data = null;
      }
      this.#lines.push(rest);
      const answered = this.#commands();
      replies += answered.replies;
      if (answered.isOver || !this.#data) return { replies, isOver: answered.isOver };
      rest = this.#lines.take();
    }
  }

  /** Answers commands until content begins, the client ends, or no whole line is left. */
  #commands(): { readonly replies: string; readonly isOver: boolean } {
    let replies = '';
    for (let line = this.#lines.next(); line !== null; line = this.#lines.next()) {
      if (typeof line !== 'string') return { replies: replies + formatReply(said(500, '5.5.2')), isOver: true };
      const command = parseCommand(line);
      replies += formatReply(this.#answer(command));
      if (command.verb === 'QUIT') return { replies, isOver: true };
      if (this.#data) break;
    }
    return { replies, isOver: false };
  }

  #answer(command: Command): Reply {
    switch (command.verb) {
      case 'EHLO':
        return { code: 250, text: [this.#name, ...KEYWORDS] };
      case 'MAIL':
        this.#reversePath = formatReversePath(command.reversePath);
        this.#forwardPaths = [];
        return said(250, '2.1.0');
      case 'RCPT': {
        const { forwardPath } = command;
        const address = typeof forwardPath === 'object' ? formatAddress(forwardPath) : forwardPath;
        if (!this.#knows(address.toLowerCase())) return said(550, '5.1.1', 'No such person here');
        this.#forwardPaths.push(address);
        return said(250, '2.1.5');
      }
      case 'DATA':
        if (this.#forwardPaths.length === 0) return said(554, '5.5.1');
        this.#data = new DataDecoder();
        return { code: 354, text: 'Go on' };
      case 'fault':
        return command.refusal.reply;
      case 'QUIT':
        return said(221, '2.0.0');
      case 'RSET':
        this.#forwardPaths = [];
        return said(250, '2.0.0');
      default:
        return said(command.verb === 'HELO' || command.verb === 'NOOP' ? 250 : 502);
    }
  }

  #taken(data: DataDecoder): Reply {
    const content = Buffer.concat(data.take());
    const forwardPaths = this.#forwardPaths;
    this.#forwardPaths = [];
    if (data.defect) return said(554, '5.6.0', `Refused: ${data.defect}`);
    this.#keep({ reversePath: this.#reversePath, forwardPaths, content, at: Date.now() });
    return said(250, '2.0.0', 'Taken');
  }
}

const said = (code: number, enhanced?: string, text = code < 400 ? 'OK' : 'No'): Reply =>
  enhanced === undefined ? { code, text } : { code, enhanced, text };
