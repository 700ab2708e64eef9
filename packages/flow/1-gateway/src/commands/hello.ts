import type { Command } from '@sekisho/smtp';
import type { Answer, Session } from '../session.ts';

/** EHLO and HELO (RFC 5321 §4.1.1.1): who speaks, and what is offered; a transaction under way is given up. */
export function hello(session: Session, command: Extract<Command, { verb: 'EHLO' | 'HELO' }>): Answer {
  session.transaction = null;
  session.hello = { name: command.domain, isExtended: command.verb === 'EHLO' };
  const junk = session.junk();
  if (junk !== null) return junk;
  const { greetings, tls } = session.context;
  if (command.verb === 'HELO') return greetings.helo;
  return greetings.ehlo({ startTls: tls.context !== null && session.tls === null, xclient: session.isHop });
}
