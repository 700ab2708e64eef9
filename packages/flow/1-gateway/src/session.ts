import { type LineFault, LineSplitter } from '@sekisho/smtp';
import type { SmtpClient } from '@sekisho/terms';
import type { BodyReceiver } from './body-receiver.ts';
import { endOfData } from './commands/end-of-data.ts';
import { run } from './commands/run.ts';
import type { GatewayContext } from './context.ts';
import { isInNetworks } from './networks.ts';
import type { TrustedClient } from './ports.ts';
import { endsSession, REFUSALS, type RefusalReason, refusalText } from './refusals.ts';
import type { Transaction } from './transaction.ts';

/** The reply to a command, now or when something outside has answered. An empty one: the message under way goes on. */
export type Answer = string | Promise<string>;

const LINE_FAULTS: Readonly<Record<LineFault['fault'], keyof typeof REFUSALS>> = {
  'too-long': 'line-too-long',
  'bare-lf': 'bare-lf-in-command',
  'not-utf8': 'not-utf8',
};

/** What an SMTP session knows (RFC 5321 §3): who speaks, how far it got, what waits to be read. Commands change it. */
export class Session {
  readonly context: GatewayContext;
  readonly listener: SmtpClient['listener'];
  /** The host at the other end may say XCLIENT. */
  readonly isHop: boolean;
  ip: string;
  port: number;
  hello: { readonly name: string; readonly isExtended: boolean } | null = null;
  /** EHLO name of the client behind a hop. */
  statedName: string | null = null;
  tls: NonNullable<SmtpClient['tls']> | null = null;
  transaction: Transaction | null = null;
  /** The message that is coming in or being stored. */
  body: BodyReceiver | null = null;
  /** False when the session ends behind the next reply. */
  isOpen = true;
  /** The TLS handshake begins behind the next reply. */
  isSecuring = false;
  #input: LineSplitter;
  #errors = 0;
  #junk = 0;

  constructor(
    context: GatewayContext,
    listener: SmtpClient['listener'],
    client: { readonly ip: string; readonly port: number; readonly peerIp: string },
  ) {
    this.context = context;
    this.listener = listener;
    this.ip = client.ip;
    this.port = client.port;
    this.isHop = isInNetworks(context.hops, client.peerIp);
    this.#input = new LineSplitter(context.limits.commandLineOctets);
  }

  /** Octets that came and are not obeyed yet. */
  get unreadOctets(): number {
    return this.#input.unreadOctets;
  }

  push(chunk: Buffer): void {
    this.#input.push(chunk);
  }

  /** Obeys what comes next, a command line or some message data; `null` while it is not whole. */
  next(): Answer | null {
    try {
      return this.body === null ? this.#nextCommand() : this.#nextOfBody(this.body);
    } catch (error) {
      return this.unforeseen(error);
    }
  }

  /** Who trusts the client. */
  trustedClients(): readonly TrustedClient[] {
    return this.context.directory.trusted(this.ip, this.tls?.peerName);
  }

  /** Refuses by the table; too many refusals end the session. */
  refuse(reason: keyof typeof REFUSALS): string {
    if (endsSession(reason)) this.isOpen = false;
    return this.refuseWith(reason, refusalText(reason), REFUSALS[reason].code);
  }

  refuseWith(reason: RefusalReason, text: string, code: number): string {
    this.context.events.refused(reason, this.ip);
    if (code < 500 || !this.isOpen) return text;
    return ++this.#errors < this.context.limits.errorsPerSession ? text : text + this.refuse('too-many-errors');
  }

  /** Answers what no rule foresees. */
  unforeseen(error: unknown): string {
    this.context.events.failed('command', this.ip, error);
    return this.refuse('unforeseen');
  }

  /** Counts a command that moves no mail; the refusal when there were too many in a row. */
  junk(): string | null {
    return ++this.#junk > this.context.limits.junkCommands ? this.refuse('too-many-junk-commands') : null;
  }

  /** A message moved: commands that move none are counted from here. */
  messageTaken(): void {
    this.#junk = 0;
  }

  /** Begins anew inside TLS: nothing said in the clear holds (RFC 3207 §4.2). */
  secured(tls: NonNullable<SmtpClient['tls']>): void {
    this.tls = tls;
    this.isSecuring = false;
    this.hello = null;
    this.transaction = null;
    this.#input = new LineSplitter(this.context.limits.commandLineOctets);
  }

  /** Gives up all that is under way. */
  abandon(): void {
    const { body } = this;
    this.isOpen = false;
    this.transaction = null;
    this.body = null;
    this.#input.take();
    body?.abandon().catch((error: unknown) => this.context.events.failed('store', this.ip, error));
  }

  #nextCommand(): Answer | null {
    const line = this.#input.next();
    if (line === null) return null;
    return typeof line === 'string' ? run(this, line) : this.refuse(LINE_FAULTS[line.fault]);
  }

  #nextOfBody(body: BodyReceiver): Answer | null {
    if (this.unreadOctets === 0) return null;
    const chunk = this.#input.take();
    const end = body.push(chunk);
    if (end >= 0) {
      if (end < chunk.length) this.#input.push(chunk.subarray(end));
      return this.#answered(endOfData(this, body));
    }
    if (!body.mustFlush) return null;
    return body.flush((error) => this.context.events.failed('store', this.ip, error)).then(() => '');
  }

  #answered(answer: Answer): Answer {
    if (typeof answer !== 'string')
      return answer.then((text) => {
        this.body = null;
        return text;
      });
    this.body = null;
    return answer;
  }
}
