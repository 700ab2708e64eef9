import { formatReply } from '@sekisho/smtp';
import { BodyReceiver } from '../body-receiver.ts';
import type { Answer, Session } from '../session.ts';

const GO = formatReply({ code: 354, text: 'End data with <CR><LF>.<CR><LF>' });

/** DATA (RFC 5321 §4.1.1.4): from here on the octets are a message, up to the end of data. */
export function data(session: Session): Answer {
  const { context } = session;
  const reason = refusalOf(session);
  if (reason !== null) {
    // Who does not wait for 354 may have sent the message already: none of it is a command (RFC 2920 §3.1).
    if (session.unreadOctets > 0) session.isOpen = false;
    return session.refuse(reason);
  }
  session.body = new BodyReceiver(context.accept, context.limits, context.collected, context.clock.monotonic());
  return GO;
}

function refusalOf(session: Session) {
  const { context, transaction } = session;
  if (transaction === null) return session.hello === null ? 'hello-first' : 'mail-first';
  if (transaction.forwardPaths.length === 0) return 'no-recipients';
  if (!context.accept.hasRoom(transaction.parameters.sizeOctets ?? 0)) return 'no-room';
  if (context.collected.total > context.limits.collectedTotalOctets) return 'busy';
  return null;
}
