import { connect, type Socket } from 'node:net';
import { ReplyParser, type ServerReply } from '@sekisho/smtp';
import { DemoError } from '../errors.ts';
import type { Play } from '../plays/play.ts';

/** A reply that was no yes, and to what. */
export interface Refusal {
  readonly to: 'connect' | 'EHLO' | 'MAIL' | 'RCPT' | 'DATA' | 'content';
  readonly code: number;
  readonly enhanced: string;
  readonly text: string;
  /** The forward-path, for RCPT. */
  readonly forwardPath?: string;
}

/** How a play went: what was refused, and what was taken under which id. */
export interface Outcome {
  readonly play: Play;
  readonly refusals: readonly Refusal[];
  readonly accepted: {
    readonly spoolId: string;
    readonly forwardPaths: readonly string[];
    /** From the last octet of the content to the reply. */
    readonly acceptMs: number;
  } | null;
}

const PATIENCE_MS = 60_000;
const DOTTED = /(^|\r\n)\./g;

/** Plays one transaction over a connection of its own. What the content holds is sent as it is, except stuffed dots. */
export async function playOverSmtp(play: Play, port: number): Promise<Outcome> {
  const socket = connect({ host: '127.0.0.1', port, localAddress: play.from, noDelay: true });
  try {
    return await transaction(play, new Talk(socket));
  } finally {
    socket.destroy();
  }
}

async function transaction(play: Play, talk: Talk): Promise<Outcome> {
  const refusals: Refusal[] = [];
  const isYes = (to: Refusal['to'], reply: ServerReply, forwardPath?: string): boolean => {
    if (reply.code < 400) return true;
    const said = { to, code: reply.code, enhanced: reply.enhanced ?? '', text: reply.text.join(' ') };
    refusals.push(forwardPath === undefined ? said : { ...said, forwardPath });
    return false;
  };
  const ended = (accepted: Outcome['accepted'] = null): Outcome => {
    talk.write('QUIT\r\n');
    return { play, refusals, accepted };
  };
  if (!isYes('connect', await talk.reply())) return ended();
  if (!isYes('EHLO', await talk.say(`EHLO ${play.ehlo}`))) return ended();
  if (!isYes('MAIL', await talk.say(`MAIL FROM:<${play.reversePath}>${play.parameters ?? ''}`))) return ended();
  const forwardPaths: string[] = [];
  for (const path of play.forwardPaths) {
    if (isYes('RCPT', await talk.say(`RCPT TO:<${path}>`), path)) forwardPaths.push(path);
  }
  if (forwardPaths.length === 0) return ended();
  if (!isYes('DATA', await talk.say('DATA'))) return ended();
  talk.write(play.isUnstuffed ? play.raw : stuffed(play.raw));
  const sentAt = performance.now();
  const reply = await talk.say('.');
  if (!isYes('content', reply)) return ended();
  const spoolId = reply.text.join(' ').split(' ').at(-1)!;
  return ended({ spoolId, forwardPaths, acceptMs: performance.now() - sentAt });
}

/** Dots at the start of lines doubled (RFC 5321 §4.5.2); line ends stay as wrong as they are. */
function stuffed(raw: Buffer): Buffer {
  if (!raw.includes('\n.') && raw[0] !== 46) return raw;
  return Buffer.from(raw.toString('latin1').replace(DOTTED, '$1..'), 'latin1');
}

/** A conversation in turns. */
class Talk {
  readonly #socket: Socket;
  readonly #parser = new ReplyParser();
  readonly #replies: ServerReply[] = [];
  #failure: Error | null = null;
  #wake: (() => void) | null = null;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.setTimeout(PATIENCE_MS, () => socket.destroy(new Error(`no reply in ${PATIENCE_MS / 1000} s`)));
    socket.on('data', (chunk: Buffer) => {
      this.#replies.push(...this.#parser.push(chunk));
      this.#wake?.();
    });
    socket.on('error', (error) => this.#ended(error));
    socket.on('close', () => this.#ended(new Error('the connection ended')));
  }

  write(octets: string | Buffer): void {
    if (!this.#socket.destroyed) this.#socket.write(octets);
  }

  say(line: string): Promise<ServerReply> {
    this.write(`${line}\r\n`);
    return this.reply();
  }

  async reply(): Promise<ServerReply> {
    while (this.#replies.length === 0) {
      if (this.#failure) throw new DemoError('smtp', `Cannot go on over SMTP: ${this.#failure.message}`, this.#failure);
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.#replies.shift()!;
  }

  #ended(error: Error): void {
    this.#failure ??= error;
    this.#wake?.();
  }
}
