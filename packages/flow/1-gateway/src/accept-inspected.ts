import type { Envelope, Reply } from '@sekisho/terms';
import { within } from './deadline.ts';
import type { GatewayEvents } from './events.ts';
import type { Accepted, AcceptPort } from './ports.ts';

/** What came of a message whose plan was asked for before the reply. */
export type InspectedOutcome =
  | { readonly kind: 'accepted'; readonly accepted: Accepted }
  | { readonly kind: 'rejected'; readonly reply: Reply };

/**
 * Has a message inspected before the reply. It is rejected only when the plan rejects it for every forward-path; an
 * inspection that fails or takes too long is no reason to refuse, since the message is inspected again behind the reply.
 */
export async function acceptInspected(
  port: AcceptPort,
  envelope: Envelope,
  body: readonly Buffer[],
  deadlineMs: number,
  events: GatewayEvents,
): Promise<InspectedOutcome> {
  const provisional = await port.beginProvisional(envelope, body);
  const reply = await rejectionOf(port, provisional, envelope, deadlineMs, events);
  if (reply === null) return { kind: 'accepted', accepted: await provisional.accept() };
  await provisional.void();
  return { kind: 'rejected', reply };
}

async function rejectionOf(
  port: AcceptPort,
  provisional: Parameters<NonNullable<AcceptPort['inspectBeforeReply']>>[0],
  envelope: Envelope,
  deadlineMs: number,
  events: GatewayEvents,
): Promise<Reply | null> {
  const overdue = new AbortController();
  try {
    const plan = await within(port.inspectBeforeReply!(provisional, envelope, overdue.signal), deadlineMs);
    if (plan === 'overdue') {
      events.inspectionOverdue(envelope);
      overdue.abort();
      return null;
    }
    const dispositions = plan.decisions.map((decision) => decision.disposition);
    if (dispositions.length < envelope.forwardPaths.length) return null;
    const [first] = dispositions;
    const isRejected = dispositions.every((each) => each.kind === 'reject');
    return isRejected && first?.kind === 'reject' ? first.reply : null;
  } catch (error) {
    events.inspectionFailed(envelope, error);
    return null;
  }
}
