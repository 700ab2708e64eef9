import type { ForwardPath } from '@sekisho/terms';
import type { Tx } from '@sekisho/tenants';
import type { QueuedEnvelope } from './recipient.ts';

/** A message on its way out, with the recipients whose plan says deliver. */
export interface QueuedMessage {
  readonly message: string;
  readonly envelope: QueuedEnvelope;
  readonly recipients: readonly QueuedRecipient[];
}

export interface QueuedRecipient {
  /** Its place among the forward-paths of the envelope. */
  readonly index: number;
  readonly forwardPath: ForwardPath;
  /** Key under which it shares sessions and back-off; its domain when absent. */
  readonly destination?: string;
  /** Name of the sent form; `''` is the delivered form without transformations. */
  readonly form?: string;
}

/**
 * Puts recipients of a message into the queue, inside the transaction that decided so. A recipient that is there
 * already stays as it is, so a replay changes nothing. Rows are claimed once `batch` is durable.
 */
export async function enqueue(
  tx: Tx,
  queued: QueuedMessage,
  context: { readonly now: number; readonly batch: number },
): Promise<void> {
  const { envelope } = queued;
  await tx.run(
    `INSERT INTO delivery_message (message, direction, reverse_path, smtp_utf8, body, ret, envelope_id, size_octets,
       received_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
    queued.message,
    envelope.direction,
    envelope.reversePath === null ? null : JSON.stringify(envelope.reversePath),
    envelope.smtpUtf8 ? 1 : 0,
    envelope.body,
    envelope.ret,
    envelope.envelopeId,
    envelope.sizeOctets,
    envelope.receivedAt,
  );
  for (const { index, forwardPath, destination, form } of queued.recipients) {
    const { address, notify, originalRecipient } = forwardPath;
    await tx.run(
      `INSERT INTO delivery_recipient (message, recipient, local_part, domain, notify, original_recipient,
         destination, form, batch, state, due_at, queued_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'waiting', ?, ?) ON CONFLICT DO NOTHING`,
      queued.message,
      index,
      address.localPart,
      address.domain,
      notify === undefined ? null : notify.join(','),
      originalRecipient ?? null,
      destination ?? address.domain,
      form ?? '',
      context.batch,
      context.now,
      context.now,
    );
  }
}
