import type { Command } from '@sekisho/smtp';
import type { Answer, Session } from '../session.ts';

/** XCLIENT: a known hop says who the client behind it is; the session begins anew with that client. */
export function xclient(session: Session, command: Extract<Command, { verb: 'XCLIENT' }>): Answer {
  if (!session.isHop) return session.refuse('not-a-hop');
  if (session.transaction !== null) return session.refuse('in-transaction');
  const { ip, port, ehlo } = command.attributes;
  if (ip !== undefined) session.ip = ip;
  if (port !== undefined) session.port = port;
  if (ehlo !== undefined) session.statedName = ehlo;
  session.hello = null;
  return session.junk() ?? session.context.greetings.ready;
}
