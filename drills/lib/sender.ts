import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Chance } from './chance.ts';
import { composeDrillMail, drillSize } from './drill-mail.ts';

/** What became of one message, as its client saw it. `unknown`: the connection ended between the dot and the reply. */
export interface Sent {
  readonly number: number;
  readonly digest: string;
  readonly sizeOctets: number;
  readonly tenant: string;
  readonly recipients: readonly string[];
  readonly outcome: 'accepted' | 'refused' | 'unknown';
  readonly code: number;
  /** The id in the reply, when it was 250. */
  readonly spoolId: string | null;
  /** When the outcome was known, in milliseconds since 1970. */
  readonly at: number;
}

export interface SenderOptions {
  readonly port: number;
  /** Domains to send to, by name of tenant. */
  readonly tenants: readonly { readonly name: string; readonly domain: string }[];
  readonly sessions: number;
  /** Pause of each session between two messages, in milliseconds. */
  readonly pauseMs: number;
  readonly chance: Chance;
  /** Share of messages above 1 MiB. */
  readonly largeShare?: number;
  /** Numbers start here. */
  readonly firstNumber?: number;
  /** Ends by itself after so many messages. */
  readonly messages?: number;
  /** Octets of content of each message, when they are not to vary. */
  readonly contentOctets?: number;
}

const REPLY_MS = 30_000;
const AGAIN_MS = 50;
const MESSAGES_PER_SESSION = 20;

/** Sends numbered messages over several sessions, connecting again for as long as nobody answers. */
export class Sender {
  /** Every message whose final dot was sent, and those refused before it. */
  readonly sent: Sent[] = [];
  readonly #options: SenderOptions;
  readonly #sessions: Promise<void>[];
  #next: number;
  #left: number;
  #isStopping = false;

  constructor(options: SenderOptions) {
    this.#options = options;
    this.#next = options.firstNumber ?? 1;
    this.#left = options.messages ?? Number.POSITIVE_INFINITY;
    this.#sessions = Array.from({ length: options.sessions }, () => this.#session());
  }

  get accepted(): Sent[] {
    return this.sent.filter(({ outcome }) => outcome === 'accepted');
  }

  /** Number that no message has yet. */
  get nextNumber(): number {
    return this.#next;
  }

  /** Resolves when all `messages` have an outcome. */
  async finished(): Promise<void> {
    await Promise.all(this.#sessions);
  }

  /** Lets messages under way have their outcome, and ends. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    await this.finished();
  }

  async #session(): Promise<void> {
    while (!this.#isStopping && this.#left > 0) {
      const line = await SmtpLine.open(this.#options.port);
      if (!line) {
        await sleep(AGAIN_MS);
        continue;
      }
      try {
        for (let n = 0; n < MESSAGES_PER_SESSION && !this.#isStopping && this.#left > 0; n++) {
          this.#left -= 1;
          if (!(await this.#send(line))) break;
          await sleep(this.#options.pauseMs * (0.5 + Math.random()));
        }
        await line.ask('QUIT');
      } finally {
        line.end();
      }
    }
  }

  /** One transaction; false when the session is over. */
  async #send(line: SmtpLine): Promise<boolean> {
    const { tenants, chance, largeShare = 0.01, contentOctets } = this.#options;
    const number = this.#next++;
    const tenant = chance.pick(tenants);
    const recipients = Array.from(
      { length: chance.next() < 0.2 ? chance.between(2, 4) : 1 },
      (_, at) => `user${(number + at) % 97}@${tenant.domain}`,
    );
    const mail = composeDrillMail(number, contentOctets ?? drillSize(chance, largeShare), chance);
    const about = { number, digest: mail.digest, sizeOctets: mail.raw.length, tenant: tenant.name, recipients };
    const done = (outcome: Sent['outcome'], code: number, spoolId: string | null = null) => {
      this.sent.push({ ...about, outcome, code, spoolId, at: Date.now() });
      return code !== 0 && code !== 421;
    };
    const commands = [
      `MAIL FROM:<drill@sender.test> SIZE=${mail.raw.length}`,
      ...recipients.map((to) => `RCPT TO:<${to}>`),
    ];
    for (const command of [...commands, 'DATA']) {
      const reply = await line.ask(command);
      if (reply.code < 400 && reply.code !== 0) continue;
      if (reply.code !== 0) await line.ask('RSET');
      return done('refused', reply.code);
    }
    const reply = await line.data(mail.raw);
    if (reply.code === 0) return done('unknown', 0);
    if (reply.code !== 250) return done('refused', reply.code);
    return done('accepted', 250, /Accepted as (\w+)/.exec(reply.text)?.[1] ?? null);
  }
}

interface Reply {
  /** 0 when the connection ended before the reply was whole. */
  readonly code: number;
  readonly text: string;
}

const NO_REPLY: Reply = { code: 0, text: '' };

class SmtpLine {
  readonly #socket: Socket;
  #text = '';
  #isOver = false;
  #waiting: ((reply: Reply) => void) | null = null;

  static async open(port: number): Promise<SmtpLine | null> {
    const socket = connect(port, '127.0.0.1');
    socket.setNoDelay(true);
    const line = new SmtpLine(socket);
    const greeting = await line.#reply();
    if (greeting.code === 220 && (await line.ask('EHLO mx.sender.test')).code === 250) return line;
    line.end();
    return null;
  }

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding('latin1');
    socket.setTimeout(REPLY_MS, () => socket.destroy());
    socket.on('error', () => this.#over());
    socket.on('close', () => this.#over());
    socket.on('data', (chunk: string) => {
      this.#text += chunk;
      this.#take();
    });
  }

  ask(command: string): Promise<Reply> {
    if (this.#isOver) return Promise.resolve(NO_REPLY);
    this.#socket.write(`${command}\r\n`);
    return this.#reply();
  }

  async data(raw: Buffer): Promise<Reply> {
    if (this.#isOver) return NO_REPLY;
    const stuffed = raw.toString('latin1').replaceAll('\r\n.', '\r\n..');
    this.#socket.write(`${stuffed}.\r\n`, 'latin1');
    return this.#reply();
  }

  end(): void {
    this.#socket.destroy();
  }

  #reply(): Promise<Reply> {
    return new Promise((resolve) => {
      this.#waiting = resolve;
      if (this.#isOver) this.#over();
      else this.#take();
    });
  }

  #take(): void {
    const whole = /^(?:\d{3}-.*\r\n)*(\d{3}) .*\r\n/.exec(this.#text);
    if (!whole || !this.#waiting) return;
    this.#text = this.#text.slice(whole[0].length);
    const answer = this.#waiting;
    this.#waiting = null;
    answer({ code: Number(whole[1]), text: whole[0] });
  }

  #over(): void {
    this.#isOver = true;
    const answer = this.#waiting;
    this.#waiting = null;
    answer?.(NO_REPLY);
  }
}
