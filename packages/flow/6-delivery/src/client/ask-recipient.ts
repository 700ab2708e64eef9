import type { Address } from '@sekisho/terms';
import { GuardedAddressError, SessionFailedError, UnsafeLineError } from '../errors.ts';
import { findNextHop, type NextHopView } from '../next-hop/find-next-hop.ts';
import type { Route } from '../next-hop/route.ts';
import { formatMail, formatRcpt, needsSmtpUtf8 } from './command-line.ts';
import { closeSession, openSession, type SessionOptions, type SmtpSession } from './session.ts';

/** What is needed to ask a next hop. */
export type AskOptions = Omit<SessionOptions, 'target' | 'tls'> & NextHopView;

/**
 * Whether the next hop would take mail for a recipient: asked with the null reverse-path, and nothing is sent. Only a
 * clear yes or a permanent no counts; whatever else happens, nobody could say.
 */
export async function askRecipient(
  route: Route,
  address: Address,
  options: AskOptions,
): Promise<'known' | 'unknown' | 'unavailable'> {
  const hop = await findNextHop(route, options);
  if (hop.kind === 'none') return 'unavailable';
  for (const target of hop.targets) {
    let session: SmtpSession;
    try {
      session = await openSession({ ...options, target, tls: route.tls });
    } catch (error) {
      if (error instanceof SessionFailedError || error instanceof GuardedAddressError) continue;
      throw error;
    }
    try {
      return await askIn(session, address);
    } catch (error) {
      if (error instanceof UnsafeLineError) return 'unknown';
      if (!(error instanceof SessionFailedError)) throw error;
    } finally {
      await closeSession(session);
    }
  }
  return 'unavailable';
}

async function askIn(session: SmtpSession, address: Address): Promise<'known' | 'unknown' | 'unavailable'> {
  const { channel, offered, limits } = session;
  const smtpUtf8 = needsSmtpUtf8(address);
  if (smtpUtf8 && !offered.smtpUtf8) return 'unknown';
  const mail = { reversePath: null, sizeOctets: 0, eightBit: false, smtpUtf8, ret: null, envelopeId: null };
  channel.socket.write(formatMail(mail, offered));
  const said = await channel.reply('mail', limits.deadlines.mailMs);
  if (said.code < 200 || said.code > 299) return 'unavailable';
  channel.socket.write(formatRcpt({ address }, offered, smtpUtf8));
  const { code } = await channel.reply('rcpt', limits.deadlines.rcptMs);
  if (code >= 200 && code < 300) return 'known';
  return code >= 500 && code < 600 ? 'unknown' : 'unavailable';
}
