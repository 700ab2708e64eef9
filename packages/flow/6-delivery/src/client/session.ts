import type { ServerReply } from '@sekisho/smtp';
import { type Extensions, parseExtensions } from '@sekisho/smtp';
import { SessionFailedError } from '../errors.ts';
import type { SessionLimits } from '../limits.ts';
import type { ConnectGuard } from '../next-hop/guard.ts';
import type { Target, TlsMode } from '../next-hop/route.ts';
import { commandLine, formatHello } from './command-line.ts';
import { connectTo } from './connect.ts';
import { ReplyChannel } from './reply-channel.ts';
import type { Stage } from './stage.ts';
import { startTls, type TlsTrust } from './start-tls.ts';

/** What a session needs to be opened. */
export interface SessionOptions {
  readonly target: Target;
  readonly tls: TlsMode;
  readonly trust: TlsTrust;
  /** The name that we give ourselves in EHLO (RFC 5321 §4.1.1.1). */
  readonly helloName: string;
  readonly guard: ConnectGuard;
  readonly limits: SessionLimits;
}

/** A session with a server that has greeted us, after TLS where that is agreed; ready for MAIL. */
export interface SmtpSession {
  readonly target: Target;
  readonly channel: ReplyChannel;
  readonly limits: SessionLimits;
  readonly offered: Extensions;
  /** `TLSv1.3 TLS_AES_256_GCM_SHA384 verified`, or `clear`. */
  readonly tls: string;
  /** Transactions begun. */
  transactions: number;
  /** Set when the server has said 421, or something after which nothing sensible can follow. */
  isSpent: boolean;
}

/** Connects, greets and secures. Throws {@link SessionFailedError} in the words of the server where there are any. */
export async function openSession(options: SessionOptions): Promise<SmtpSession> {
  const { target, limits, helloName, tls } = options;
  const { deadlines } = limits;
  const where = `${target.host} [${target.address}]:${target.port}`;
  const socket = await connectTo(target, options.guard, deadlines.connectMs);
  const channel = new ReplyChannel(socket, where);
  try {
    expect2yz('greeting', await channel.reply('greeting', deadlines.greetingMs), where);
    let offered = await hello(channel, helloName, deadlines.ehloMs, where);
    let secured = 'clear';
    if (tls !== 'none' && offered.startTls) {
      secured = await startTls(channel, options, where);
      offered = await hello(channel, helloName, deadlines.ehloMs, where);
    } else if (tls === 'required') {
      throw new SessionFailedError('starttls', `Cannot secure the session with ${where}: it offers no STARTTLS`);
    }
    return { target, channel, limits, offered, tls: secured, transactions: 0, isSpent: false };
  } catch (error) {
    const failure =
      error instanceof SessionFailedError
        ? error
        : new SessionFailedError('ehlo', `Cannot open a session with ${where}: ${(error as Error).message}`, error);
    channel.fail(failure);
    throw failure;
  }
}

/** True when a next transaction may use the session. */
export function isUsable(session: SmtpSession): boolean {
  return (
    !session.isSpent &&
    session.channel.failure === null &&
    !session.channel.hasUnread &&
    session.transactions < session.limits.messagesPerSession
  );
}

/** Says QUIT and closes, without waiting longer than its deadline. */
export async function closeSession(session: SmtpSession): Promise<void> {
  const { channel } = session;
  if (channel.failure === null && !session.isSpent) {
    channel.socket.write(commandLine('QUIT', 'QUIT'));
    await channel.reply('idle', session.limits.deadlines.quitMs).catch((error: unknown) => error);
  }
  channel.fail(new SessionFailedError('idle', 'The session was closed'));
}

async function hello(channel: ReplyChannel, name: string, ms: number, where: string): Promise<Extensions> {
  channel.socket.write(formatHello('EHLO', name));
  const extended = await channel.reply('ehlo', ms);
  if (extended.code < 500) return parseExtensions(expect2yz('ehlo', extended, where));
  channel.socket.write(formatHello('HELO', name));
  const plain = expect2yz('ehlo', await channel.reply('ehlo', ms), where);
  return parseExtensions({ code: plain.code, text: [plain.text[0] ?? ''] });
}

function expect2yz(stage: Stage, reply: ServerReply, where: string): ServerReply {
  if (reply.code >= 200 && reply.code < 300) return reply;
  throw new SessionFailedError(stage, `${where} said at ${stage}: ${replyWords(reply)}`);
}

/** A reply in one line, as it is kept and shown. */
export function replyWords(reply: ServerReply): string {
  const enhanced = reply.enhanced === undefined ? '' : ` ${reply.enhanced}`;
  return `${reply.code}${enhanced} ${reply.text.join(' ')}`.trim().slice(0, 1000);
}
