import { isIP } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import { SessionFailedError } from '../errors.ts';
import type { SessionLimits } from '../limits.ts';
import type { Target, TlsMode } from '../next-hop/route.ts';
import { commandLine } from './command-line.ts';
import type { ReplyChannel } from './reply-channel.ts';

/** Whom certificates are believed from; the system's list when `ca` is absent. */
export interface TlsTrust {
  readonly ca?: readonly string[];
}

interface StartTlsOptions {
  readonly target: Target;
  readonly tls: TlsMode;
  readonly trust: TlsTrust;
  readonly limits: SessionLimits;
}

/**
 * STARTTLS (RFC 3207). Whatever came in the clear behind the 220 was put there by somebody else, so the session ends.
 * Required: the certificate must be valid for the host's name. Says how the session is secured.
 */
export async function startTls(channel: ReplyChannel, options: StartTlsOptions, where: string): Promise<string> {
  const { ehloMs } = options.limits.deadlines;
  channel.socket.write(commandLine('STARTTLS', 'STARTTLS'));
  const reply = await channel.reply('starttls', ehloMs);
  if (reply.code !== 220) throw failed(where, `it said ${reply.code}`);
  if (channel.hasUnread) throw failed(where, 'it sent octets in the clear behind its 220');
  if (channel.failure) throw channel.failure;
  channel.release();
  const socket = await handshake(channel, options, where, ehloMs);
  channel.take(socket);
  const verified = socket.authorized ? 'verified' : 'unverified';
  return `${socket.getProtocol() ?? 'TLS'} ${socket.getCipher().standardName ?? socket.getCipher().name} ${verified}`;
}

function handshake(channel: ReplyChannel, options: StartTlsOptions, where: string, ms: number): Promise<TLSSocket> {
  const { target, tls, trust } = options;
  return new Promise((resolve, reject) => {
    const socket = connect({
      socket: channel.socket,
      rejectUnauthorized: tls === 'required',
      minVersion: 'TLSv1.2',
      ...(isIP(target.host) === 0 ? { servername: target.host } : { host: target.host }),
      ...(trust.ca === undefined ? {} : { ca: [...trust.ca] }),
    });
    const fail = (why: string, cause?: unknown) => {
      clearTimeout(timer);
      socket.destroy();
      reject(failed(where, why, cause));
    };
    const timer = setTimeout(() => fail(`no handshake within ${ms} ms`), ms);
    const onError = (error: NodeJS.ErrnoException) => fail(error.code ?? error.message, error);
    const onClose = () => fail('it closed the connection');
    socket.on('error', onError);
    socket.once('close', onClose);
    socket.once('secureConnect', () => {
      clearTimeout(timer);
      socket.off('error', onError);
      socket.off('close', onClose);
      resolve(socket);
    });
  });
}

function failed(where: string, why: string, cause?: unknown): SessionFailedError {
  return new SessionFailedError('starttls', `Cannot secure the session with ${where}: ${why}`, cause);
}
