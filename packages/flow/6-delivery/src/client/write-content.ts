import type { Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import type { ServerReply } from '@sekisho/smtp';
import { SessionFailedError } from '../errors.ts';
import type { SmtpSession } from './session.ts';

/**
 * Writes the content block by block as the peer takes it and gives its word about the whole. A word that comes before
 * the end ends the session; if it is a yes, it is not believed.
 */
export async function writeContent(
  session: SmtpSession,
  blocks: Iterable<Buffer>,
  sizeOctets: number,
): Promise<ServerReply> {
  const { channel, limits } = session;
  const { blockMs, endOfDataMs } = limits.deadlines;
  const word = channel.reply('end-of-data', endOfDataMs);
  let isAnswered = false;
  const answered = word.then(
    () => void (isAnswered = true),
    () => void (isAnswered = true),
  );
  const end = performance.now() + blockMs + (sizeOctets / limits.octetsPerSecond) * 1000;
  let isFirst = true;
  for (const block of blocks) {
    if (!isFirst) await turn();
    isFirst = false;
    if (isAnswered) return tooEarly(session, await word);
    if (channel.socket.write(block)) continue;
    channel.setDeadline(Math.max(0, Math.min(blockMs, end - performance.now())));
    await Promise.race([drained(channel.socket), answered]);
  }
  if (!isAnswered) channel.setDeadline(endOfDataMs);
  return word;
}

function tooEarly(session: SmtpSession, reply: ServerReply): ServerReply {
  const { channel, target } = session;
  session.isSpent = true;
  const error = new SessionFailedError('content', `${target.host} [${target.address}] answered inside the content`);
  channel.fail(error);
  if (reply.code < 400) throw error;
  return reply;
}

function drained(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      socket.off('drain', done);
      socket.off('close', done);
      resolve();
    };
    socket.once('drain', done);
    socket.once('close', done);
  });
}
