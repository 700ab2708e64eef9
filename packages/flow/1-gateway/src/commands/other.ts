import { formatReply } from '@sekisho/smtp';
import type { Answer, Session } from '../session.ts';

const RESET = formatReply({ code: 250, enhanced: '2.0.0', text: 'Reset' });
const NOTHING_DONE = formatReply({ code: 250, enhanced: '2.0.0', text: 'Ok' });
const HELP = formatReply({ code: 214, enhanced: '2.0.0', text: 'See RFC 5321' });
const UNVERIFIED = formatReply({ code: 252, enhanced: '2.5.0', text: 'Cannot verify, send and see' });

/** RSET (RFC 5321 §4.1.1.5): gives the transaction up. */
export function reset(session: Session): Answer {
  session.transaction = null;
  return session.junk() ?? RESET;
}

/** NOOP (RFC 5321 §4.1.1.9). */
export function noop(session: Session): Answer {
  return session.junk() ?? NOTHING_DONE;
}

/** HELP (RFC 5321 §4.1.1.8). */
export function help(session: Session): Answer {
  return session.junk() ?? HELP;
}

/** VRFY (RFC 5321 §3.5.3, §7.3): says the same of every address, so that nobody can harvest them. */
export function verify(session: Session): Answer {
  return session.junk() ?? UNVERIFIED;
}

/** QUIT (RFC 5321 §4.1.1.10). */
export function quit(session: Session): Answer {
  session.transaction = null;
  session.isOpen = false;
  return session.context.greetings.bye;
}
