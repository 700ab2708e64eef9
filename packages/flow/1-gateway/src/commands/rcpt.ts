import { type Command, formatReply } from '@sekisho/smtp';
import type { ForwardPath } from '@sekisho/terms';
import { within } from '../deadline.ts';
import { LookupOverdueError } from '../errors.ts';
import { judgeForwardPath } from '../forward-path.ts';
import type { RecipientAnswer } from '../ports.ts';
import type { Answer, Session } from '../session.ts';

const OK = formatReply({ code: 250, enhanced: '2.1.5', text: 'Recipient ok' });

/** RCPT (RFC 5321 §4.1.1.3): adds a forward-path that the client may reach and that the directory knows. */
export function rcpt(session: Session, command: Extract<Command, { verb: 'RCPT' }>): Answer {
  const { context, transaction } = session;
  if (transaction === null) return session.refuse(session.hello === null ? 'hello-first' : 'mail-first');
  const { parameters } = command;
  if (!session.hello?.isExtended && (parameters.notify !== undefined || parameters.originalRecipient !== undefined))
    return session.refuse('parameters-without-ehlo');
  if (command.utf8 && !transaction.parameters.smtpUtf8) return session.refuse('needs-smtputf8');
  if (transaction.taken >= context.limits.recipients) return session.refuse('too-many-recipients');
  const address = command.forwardPath === 'postmaster' ? context.postmaster : command.forwardPath;
  if (address === null) return session.refuse('unknown-recipient');
  const judgement = judgeForwardPath({
    address,
    submitsFor: transaction.submitsFor,
    tenant: transaction.tenant,
    entry: context.directory.domainOf(address.domain),
  });
  if (judgement.kind === 'refuse') {
    const isUnproven = judgement.reason === 'relay-denied' && transaction.isUnproven;
    return session.refuse(isUnproven ? 'unproven-tenant' : judgement.reason);
  }
  const path: ForwardPath = { address, ...parameters };
  const take = (answer: RecipientAnswer) => {
    if (answer === 'unknown') return session.refuse('unknown-recipient');
    if (answer === 'ask-later') return session.refuse('recipient-not-known-now');
    transaction.add(path, judgement.tenant, judgement.inspectBeforeReply);
    return OK;
  };
  if (!judgement.ask) return take('known');
  const answer = context.directory.recipient(judgement.tenant, address);
  return typeof answer === 'string' ? take(answer) : answerLater(session, answer).then(take);
}

async function answerLater(session: Session, asked: Promise<RecipientAnswer>): Promise<RecipientAnswer> {
  const { limits, events } = session.context;
  try {
    const answer = await within(asked, limits.lookupDeadlineMs);
    if (answer !== 'overdue') return answer;
    events.failed('lookup', session.ip, new LookupOverdueError(limits.lookupDeadlineMs));
  } catch (error) {
    events.failed('lookup', session.ip, error);
  }
  return 'ask-later';
}
