import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';

/** What a scripted server does instead of answering. */
export const HANG = Symbol('hang');
export const DROP = Symbol('drop');

/** Octets to say as they are, or silence, or the end of the connection; `undefined`: behave well. */
export type Answer = string | typeof HANG | typeof DROP | undefined;

/** How a scripted server differs from a good one. Lines come without CRLF; `.` stands for the end of data. */
export interface Script {
  readonly greeting?: Answer;
  readonly on?: (line: string, connection: number) => Answer;
  /** Keywords after EHLO. */
  readonly keywords?: readonly string[];
  readonly certificate?: { readonly key: string; readonly cert: string };
  /** Said as soon as content begins to come; the rest of it is not read. */
  readonly earlyAnswer?: string;
  /** Takes content one piece in 50 ms. */
  readonly slowly?: boolean;
  /** Answers so many milliseconds late. */
  readonly delayMs?: number;
}

/** A message that a scripted server has taken, or was offered: `isAccepted` tells. */
export interface TakenMessage {
  readonly mail: string;
  readonly rcpts: readonly string[];
  readonly content: Buffer;
  readonly isAccepted: boolean;
  readonly isSecure: boolean;
  readonly connection: number;
}

/** A small SMTP server on 127.0.0.1 that does as its script says, and remembers. */
export class ScriptedServer {
  readonly lines: string[] = [];
  readonly messages: TakenMessage[] = [];
  readonly #script: Script;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  connections = 0;

  private constructor(script: Script) {
    this.#script = script;
    this.#server = createServer({ noDelay: true }, (socket) => this.#connected(socket));
  }

  static async start(script: Script = {}): Promise<ScriptedServer> {
    const server = new ScriptedServer(script);
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get open(): number {
    return this.#sockets.size;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #connected(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    new Conversation(this, this.#script, socket, ++this.connections).greet();
  }
}

class Conversation {
  readonly #server: ScriptedServer;
  readonly #script: Script;
  readonly #number: number;
  #socket: Socket;
  #unread = Buffer.alloc(0);
  #inData = false;
  #mail = '';
  #isStuck = false;
  #rcpts: string[] = [];

  constructor(server: ScriptedServer, script: Script, socket: Socket, number: number) {
    this.#server = server;
    this.#script = script;
    this.#number = number;
    this.#socket = socket;
    this.#listen(socket);
  }

  greet(): void {
    this.#say(this.#script.greeting ?? '220 sink.example ESMTP\r\n');
  }

  #listen(socket: Socket): void {
    socket.on('data', (chunk: Buffer) => {
      if (this.#inData && this.#script.earlyAnswer !== undefined) {
        socket.pause();
        this.#say(this.#script.earlyAnswer);
      }
      if (this.#inData && this.#script.slowly) {
        socket.pause();
        setTimeout(() => socket.resume(), 50);
      }
      this.#unread = Buffer.concat([this.#unread, chunk]);
      while (!this.#isStuck && this.#step());
    });
  }

  #step(): boolean {
    const end = this.#inData ? endOfData(this.#unread) : this.#unread.indexOf('\r\n');
    if (end < 0) return false;
    const taken = this.#unread.subarray(0, end);
    this.#unread = this.#unread.subarray(end + (this.#inData ? 3 : 2));
    if (this.#inData) this.#taken(taken);
    else this.#line(taken.toString());
    return true;
  }

  #line(line: string): void {
    this.#server.lines.push(line);
    const verb = line.slice(0, 4).toUpperCase();
    const answer = this.#script.on?.(line, this.#number) ?? this.#goodAnswer(verb);
    if (verb === 'MAIL') [this.#mail, this.#rcpts] = [isYes(answer) ? line : '', []];
    if (verb === 'RCPT' && isYes(answer)) this.#rcpts.push(line);
    if (verb === 'DATA' && typeof answer === 'string' && answer.startsWith('354')) this.#inData = true;
    this.#say(answer);
    if (verb === 'QUIT') this.#socket.end();
    if (verb === 'STAR' && isYes(answer)) this.#secure();
  }

  #goodAnswer(verb: string): string {
    const keywords = this.#script.keywords ?? ['PIPELINING', 'SIZE 10485760', '8BITMIME', 'SMTPUTF8', 'DSN'];
    if (verb === 'EHLO') return ['sink.example', ...keywords].map(replyLine).join('');
    if (verb === 'DATA') return this.#rcpts.length > 0 ? '354 go ahead\r\n' : '554 5.5.1 no valid recipients\r\n';
    if (verb === 'RCPT' && this.#mail === '') return '503 5.5.1 no MAIL\r\n';
    return `${verb === 'QUIT' ? 221 : verb === 'STAR' ? 220 : 250} ok\r\n`;
  }

  #taken(content: Buffer): void {
    this.#inData = false;
    const answer = this.#script.on?.('.', this.#number) ?? '250 2.0.0 taken\r\n';
    const isAccepted = isYes(answer) || answer === DROP;
    const [mail, rcpts, connection] = [this.#mail, this.#rcpts, this.#number];
    const isSecure = this.#socket instanceof TLSSocket;
    this.#server.messages.push({ mail, rcpts, content: unstuffed(content), isAccepted, isSecure, connection });
    this.#say(answer);
  }

  #say(answer: Answer): void {
    if (answer === HANG) this.#isStuck = true;
    if (answer === DROP) this.#socket.destroy();
    if (typeof answer !== 'string') return;
    const { delayMs } = this.#script;
    if (delayMs === undefined) this.#socket.write(answer, 'latin1');
    else setTimeout(() => this.#socket.destroyed || this.#socket.write(answer, 'latin1'), delayMs);
  }

  #secure(): void {
    const { certificate } = this.#script;
    if (!certificate) return;
    this.#socket.removeAllListeners('data');
    const secure = new TLSSocket(this.#socket, { isServer: true, ...certificate });
    secure.on('error', () => secure.destroy());
    this.#socket = secure;
    this.#unread = Buffer.alloc(0);
    this.#listen(secure);
  }
}

const isYes = (answer: Answer) => typeof answer === 'string' && answer.startsWith('2');

function replyLine(text: string, at: number, all: readonly string[]): string {
  return `250${at === all.length - 1 ? ' ' : '-'}${text}\r\n`;
}

function endOfData(unread: Buffer): number {
  if (unread.subarray(0, 3).toString('latin1') === '.\r\n') return 0;
  const end = unread.indexOf('\r\n.\r\n');
  return end < 0 ? -1 : end + 2;
}

function unstuffed(content: Buffer): Buffer {
  return Buffer.from(content.toString('latin1').replace(/(^|\r\n)\./g, '$1'), 'latin1');
}
