import { formatReply } from '@sekisho/smtp';
import type { Envelope } from '@sekisho/terms';
import { acceptInspected } from '../accept-inspected.ts';
import type { BodyReceiver } from '../body-receiver.ts';
import { formEnvelope } from '../envelope.ts';
import type { Accepted } from '../ports.ts';
import type { Answer, Session } from '../session.ts';

/** End of data (RFC 5321 §4.1.1.4): the message is ours when the reply is 250, and only then. */
export function endOfData(session: Session, body: BodyReceiver): Answer {
  const { accept, clock } = session.context;
  const transaction = session.transaction!;
  session.transaction = null;
  if (body.refusal !== null && body.large === null) return session.refuse(body.refusal);
  const endedAt = clock.monotonic();
  const envelope = formEnvelope(session, transaction, clock.now());
  if (body.large !== null || body.isTooBigForMemory) return finishLarge(session, envelope, body, endedAt);
  const pieces = body.takePieces();
  if (transaction.inspectBeforeReply && accept.inspectBeforeReply !== undefined)
    return inspectFirst(session, envelope, body, pieces, endedAt);
  return append(session, envelope, body, pieces, endedAt);
}

async function append(
  session: Session,
  envelope: Envelope,
  body: BodyReceiver,
  pieces: readonly Buffer[],
  endedAt: number,
): Promise<string> {
  try {
    return accepting(session, envelope, body, await session.context.accept.append(envelope, pieces), endedAt);
  } catch (error) {
    return notStored(session, body, error);
  }
}

async function finishLarge(session: Session, envelope: Envelope, body: BodyReceiver, endedAt: number): Promise<string> {
  try {
    await body.flush((error) => session.context.events.failed('store', session.ip, error));
    if (body.refusal !== null || body.large === null) return session.refuse(body.refusal ?? 'not-stored');
    return accepting(session, envelope, body, await body.large.finish(envelope), endedAt);
  } catch (error) {
    return notStored(session, body, error);
  }
}

async function inspectFirst(
  session: Session,
  envelope: Envelope,
  body: BodyReceiver,
  pieces: readonly Buffer[],
  endedAt: number,
): Promise<string> {
  const { accept, limits, events } = session.context;
  try {
    const outcome = await acceptInspected(accept, envelope, pieces, limits.inspectionDeadlineMs, events);
    if (outcome.kind === 'accepted') return accepting(session, envelope, body, outcome.accepted, endedAt);
    body.release();
    return session.refuseWith('policy', formatReply(outcome.reply), outcome.reply.code);
  } catch (error) {
    return notStored(session, body, error);
  }
}

function accepting(
  session: Session,
  envelope: Envelope,
  body: BodyReceiver,
  { spoolId }: Accepted,
  endedAt: number,
): string {
  const { clock, events } = session.context;
  body.release();
  session.messageTaken();
  events.accepted(envelope, spoolId, body.sizeOctets, clock.monotonic() - endedAt);
  return `250 2.0.0 Accepted as ${spoolId}\r\n`;
}

function notStored(session: Session, body: BodyReceiver, error: unknown): string {
  body.release();
  session.context.events.failed('store', session.ip, error);
  return session.refuse('not-stored');
}
