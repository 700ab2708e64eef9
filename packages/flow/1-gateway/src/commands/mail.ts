import { type Command, formatReply } from '@sekisho/smtp';
import type { Answer, Session } from '../session.ts';
import { standingOf } from '../standing.ts';
import { Transaction } from '../transaction.ts';

const OK = formatReply({ code: 250, enhanced: '2.1.0', text: 'Sender ok' });

/** MAIL (RFC 5321 §4.1.1.2): opens a transaction and settles whose mail it is. */
export function mail(session: Session, command: Extract<Command, { verb: 'MAIL' }>): Answer {
  const { hello, context } = session;
  const { reversePath, parameters } = command;
  if (hello === null) return session.refuse('hello-first');
  if (session.transaction !== null) return session.refuse('nested-mail');
  const isPlain = parameters.sizeOctets === null && parameters.body === '7bit' && !parameters.smtpUtf8;
  if (!hello.isExtended && !(isPlain && parameters.ret === undefined && parameters.envelopeId === undefined))
    return session.refuse('parameters-without-ehlo');
  const standing = standingOf({
    trusted: session.trustedClients(),
    reversePath,
    ehlo: session.statedName ?? hello.name,
    ownerOf: (domain) => context.directory.domainOf(domain)?.tenant ?? null,
  });
  // Behind an address that tenants share, strangers may write to us too: port 25 takes their mail as reception.
  if (standing.kind !== 'trusted' && session.listener !== 'smtp')
    return session.refuse(standing.kind === 'unproven' ? 'unproven-tenant' : 'submission-for-known-clients');
  const sizeOctets = parameters.sizeOctets ?? 0;
  if (sizeOctets > context.limits.messageOctets) return session.refuse('too-big');
  if (!context.accept.hasRoom(sizeOctets)) return session.refuse('no-room');
  session.transaction = new Transaction(
    reversePath,
    parameters,
    standing.kind === 'trusted' ? standing.tenant : null,
    standing.kind === 'unproven',
  );
  return OK;
}
