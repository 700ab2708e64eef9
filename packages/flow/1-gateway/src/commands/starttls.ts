import { formatReply } from '@sekisho/smtp';
import type { Answer, Session } from '../session.ts';

const READY = formatReply({ code: 220, enhanced: '2.0.0', text: 'Ready to start TLS' });

/**
 * STARTTLS (RFC 3207 §4). What came behind it in the clear would be obeyed inside TLS as if the client had said it
 * there, so such a session ends at once.
 */
export function startTls(session: Session): Answer {
  if (session.tls !== null) return session.refuse('tls-active');
  if (session.context.tls.context === null) return session.refuse('tls-not-offered');
  if (session.unreadOctets > 0) return session.refuse('pipelined-behind-starttls');
  session.isSecuring = true;
  return READY;
}
