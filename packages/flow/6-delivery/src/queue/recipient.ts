import type { Address, Direction, DsnNotify, ForwardPath, ReversePath } from '@sekisho/terms';
import { z } from 'zod';

/** Where a recipient stands. Only `waiting` and `leased` are open; the others end its story until a person retries. */
export type RecipientState = 'waiting' | 'leased' | 'delivered' | 'failed' | 'cancelled';

/** One row of the queue: a recipient of a message, by its place among the forward-paths of the envelope. */
export interface RecipientKey {
  readonly message: string;
  readonly recipient: number;
}

/** What SMTP says about the message itself when it is sent on. */
export interface QueuedEnvelope {
  readonly direction: Direction;
  readonly reversePath: ReversePath;
  readonly smtpUtf8: boolean;
  readonly body: '7bit' | '8bitmime';
  readonly ret: 'full' | 'hdrs' | null;
  readonly envelopeId: string | null;
  readonly sizeOctets: number;
  readonly receivedAt: number;
}

/** A claimed recipient: all that an attempt needs beside the content. `lease` fences: it only ever grows. */
export interface Lease extends RecipientKey {
  readonly lease: number;
  readonly leaseUntil: number;
  readonly forwardPath: ForwardPath;
  readonly destination: string;
  /** Name of the sent form; recipients with equal forms share a transaction. */
  readonly form: string;
  readonly attempts: number;
  readonly queuedAt: number;
  readonly envelope: QueuedEnvelope;
}

/** The columns that {@link readLease} reads, of `delivery_recipient r` and `delivery_message m`. */
export const LEASE_COLUMNS = `r.message, r.recipient, r.lease, r.due_at, r.local_part, r.domain, r.notify,
  r.original_recipient, r.destination, r.form, r.attempts, r.queued_at, m.direction, m.reverse_path, m.smtp_utf8,
  m.body, m.ret, m.envelope_id, m.size_octets, m.received_at`;

export interface LeaseRow {
  readonly message: string;
  readonly recipient: number;
  readonly lease: number;
  readonly due_at: number;
  readonly local_part: string;
  readonly domain: string;
  readonly notify: string | null;
  readonly original_recipient: string | null;
  readonly destination: string;
  readonly form: string;
  readonly attempts: number;
  readonly queued_at: number;
  readonly direction: Direction;
  readonly reverse_path: string | null;
  readonly smtp_utf8: number;
  readonly body: '7bit' | '8bitmime';
  readonly ret: 'full' | 'hdrs' | null;
  readonly envelope_id: string | null;
  readonly size_octets: number;
  readonly received_at: number;
}

/** The forward-path of a row. */
export function readForwardPath(
  row: Pick<LeaseRow, 'local_part' | 'domain' | 'notify' | 'original_recipient'>,
): ForwardPath {
  return {
    address: { localPart: row.local_part, domain: row.domain },
    ...(row.notify === null ? {} : { notify: row.notify.split(',') as DsnNotify[] }),
    ...(row.original_recipient === null ? {} : { originalRecipient: row.original_recipient }),
  };
}

/** The reverse-path as its column holds it. */
export function readReversePath(column: string | null): ReversePath {
  return column === null ? null : (JSON.parse(column) as Address);
}

export function readEnvelope(row: LeaseRow): QueuedEnvelope {
  return {
    direction: row.direction,
    reversePath: readReversePath(row.reverse_path),
    smtpUtf8: row.smtp_utf8 === 1,
    body: row.body,
    ret: row.ret,
    envelopeId: row.envelope_id,
    sizeOctets: row.size_octets,
    receivedAt: row.received_at,
  };
}

export function readLease(row: LeaseRow, lease: number, leaseUntil: number): Lease {
  return {
    message: row.message,
    recipient: row.recipient,
    lease,
    leaseUntil,
    forwardPath: readForwardPath(row),
    destination: row.destination,
    form: row.form,
    attempts: row.attempts,
    queuedAt: row.queued_at,
    envelope: readEnvelope(row),
  };
}

/** Schema of a row's key where a question carries one. */
export const recipientKeySchema = z.object({ message: z.string().max(64), recipient: z.int().min(0) });
