import type { ServerReply } from '@sekisho/smtp';
import { SessionFailedError } from '../errors.ts';
import { commandLine } from './command-line.ts';
import { type Prepared, prepare } from './prepare.ts';
import type { SmtpSession } from './session.ts';
import type { Stage } from './stage.ts';
import type { RecipientAnswer, Transaction, TransactionAnswer } from './transaction.ts';
import { writeContent } from './write-content.ts';

const DATA = commandLine('DATA', 'DATA');
const RSET = commandLine('RSET', 'RSET');
const END_OF_NOTHING = '.\r\n';

/**
 * Sends one message over a session (RFC 5321 §3.3), MAIL, RCPTs and DATA in one group where the server pipelines
 * (RFC 2920 §3.1). Never throws for what the peer does: each recipient gets the answer that holds for it.
 */
export async function sendMessage(session: SmtpSession, transaction: Transaction): Promise<TransactionAnswer> {
  const prepared = await prepare(session, transaction);
  if ('kind' in prepared) return { answers: transaction.recipients.map(() => prepared), isUntouched: false };
  const run = new Run(session, transaction, prepared);
  await run.start();
  return run.answer();
}

class Run {
  readonly #session: SmtpSession;
  readonly #transaction: Transaction;
  readonly #prepared: Prepared;
  readonly #answers: (RecipientAnswer | null)[];
  readonly #heardBefore: number;
  #mail: ServerReply | null = null;
  #data: ServerReply | null = null;
  #failure: SessionFailedError | null = null;

  constructor(session: SmtpSession, transaction: Transaction, prepared: Prepared) {
    this.#session = session;
    this.#transaction = transaction;
    this.#prepared = prepared;
    this.#heardBefore = session.channel.octetsIn;
    this.#answers = prepared.rcpts.map((rcpt) => (typeof rcpt === 'string' ? null : rcpt));
  }

  async start(): Promise<void> {
    if (!this.#open().length) return;
    if (!this.#transaction.isStillOurs()) return this.#fence();
    this.#session.transactions++;
    try {
      if (this.#session.offered.pipelining) await this.#sendGroup();
      else await this.#sendInTurn();
      await this.#finish();
    } catch (error) {
      if (!(error instanceof SessionFailedError)) throw error;
      this.#failure = error;
    }
  }

  answer(): TransactionAnswer {
    const lost: RecipientAnswer = {
      kind: 'lost',
      stage: this.#failure?.stage ?? 'mail',
      text: this.#failure?.message ?? 'The session ended',
    };
    return {
      answers: this.#answers.map((answer) => answer ?? lost),
      isUntouched: this.#failure !== null && this.#session.channel.octetsIn === this.#heardBefore,
    };
  }

  /** Indexes of recipients without an answer. */
  #open(): number[] {
    return this.#answers.flatMap((answer, at) => (answer === null ? [at] : []));
  }

  async #sendGroup(): Promise<void> {
    const { channel, limits } = this.#session;
    const { mailMs, rcptMs, dataMs } = limits.deadlines;
    const asked = this.#open();
    const replies = [
      channel.reply('mail', mailMs).then((reply) => this.#mailSaid(reply)),
      ...asked.map((at) => channel.reply('rcpt', rcptMs).then((reply) => this.#rcptSaid(at, reply))),
      channel.reply('data', dataMs).then((reply) => this.#dataSaid(reply)),
    ];
    let lines = this.#prepared.mail;
    for (const at of asked) lines += this.#prepared.rcpts[at];
    channel.socket.write(lines + DATA);
    await Promise.all(replies);
  }

  async #sendInTurn(): Promise<void> {
    const { deadlines } = this.#session.limits;
    this.#mailSaid(await this.#ask(this.#prepared.mail, 'mail', deadlines.mailMs));
    for (const at of this.#open()) {
      if (this.#session.isSpent) return;
      this.#rcptSaid(at, await this.#ask(this.#prepared.rcpts[at] as string, 'rcpt', deadlines.rcptMs));
    }
    if (this.#open().length > 0) this.#dataSaid(await this.#ask(DATA, 'data', deadlines.dataMs));
  }

  #ask(line: string, stage: 'mail' | 'rcpt' | 'data', ms: number): Promise<ServerReply> {
    const { channel } = this.#session;
    const reply = channel.reply(stage, ms);
    channel.socket.write(line);
    return reply;
  }

  #mailSaid(reply: ServerReply): void {
    this.#mail = reply;
    this.#heard(reply, 'mail');
    if (!isPositive(reply)) for (const at of this.#open()) this.#answers[at] = { kind: 'reply', stage: 'mail', reply };
  }

  #rcptSaid(at: number, reply: ServerReply): void {
    this.#heard(reply, 'rcpt');
    if (!isPositive(reply)) this.#answers[at] ??= { kind: 'reply', stage: 'rcpt', reply };
  }

  #dataSaid(reply: ServerReply): void {
    this.#data = reply;
    this.#heard(reply, 'data');
    if (reply.code !== 354) this.#answerRest('data', reply);
  }

  /** The server's word for all recipients that it had accepted. */
  #answerRest(stage: 'data' | 'end-of-data', reply: ServerReply): void {
    for (const at of this.#open()) this.#answers[at] = { kind: 'reply', stage, reply };
  }

  async #finish(): Promise<void> {
    const { channel, limits } = this.#session;
    const open = this.#open();
    if (this.#data?.code === 354) {
      if (open.length > 0 && !this.#transaction.isStillOurs()) return this.#fence();
      if (open.length > 0) {
        this.#answerRest(
          'end-of-data',
          this.#heard(
            await writeContent(this.#session, this.#prepared.blocks(), this.#prepared.sizeOctets),
            'end-of-data',
          ),
        );
      } else if (this.#mail && !isPositive(this.#mail)) {
        throw this.#outOfSession('data', 'it wants content for a MAIL that it refused');
      } else {
        const reply = channel.reply('end-of-data', limits.deadlines.endOfDataMs);
        channel.socket.write(END_OF_NOTHING);
        this.#heard(await reply, 'end-of-data');
      }
    } else if (this.#mail && isPositive(this.#mail) && !this.#session.isSpent) {
      const reply = channel.reply('mail', limits.deadlines.mailMs);
      channel.socket.write(RSET);
      if (!isPositive(await reply)) this.#session.isSpent = true;
    }
  }

  /** A server out of step is not believed any further; one that says 421 will go (RFC 5321 §3.8). */
  #heard(reply: ServerReply, stage: 'mail' | 'rcpt' | 'data' | 'end-of-data'): ServerReply {
    if (reply.code === 421) this.#session.isSpent = true;
    const isOutOfStep =
      stage === 'data' ? reply.code < 400 && reply.code !== 354 : reply.code >= 300 && reply.code < 400;
    if (!isOutOfStep) return reply;
    throw this.#outOfSession(stage, `it said ${reply.code} at ${stage}`);
  }

  #fence(): void {
    for (const at of this.#open()) this.#answers[at] = { kind: 'fenced' };
    if (this.#data?.code === 354) this.#outOfSession('content', 'the lease had ended');
  }

  #outOfSession(stage: Stage, why: string): SessionFailedError {
    const { channel, target } = this.#session;
    const error = new SessionFailedError(stage, `Cannot go on with ${target.host} [${target.address}]: ${why}`);
    this.#session.isSpent = true;
    channel.fail(error);
    return error;
  }
}

const isPositive = (reply: ServerReply) => reply.code >= 200 && reply.code < 300;
