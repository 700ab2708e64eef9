import type { Direction, Disposition, SpoolId } from '@sekisho/terms';

/** What lists show of a message. No body, no key. */
export interface Archived {
  /** Place in the order of arrival, from 1. */
  readonly id: number;
  readonly spoolId: SpoolId;
  /** Milliseconds since 1970, UTC. */
  readonly receivedAt: number;
  readonly direction: Direction;
  /** The strictest of the forward-paths' dispositions. */
  readonly disposition: Disposition['kind'];
  readonly sizeOctets: number;
  readonly attachmentCount: number;
  /** Header field Date, if it can be read. */
  readonly sentAt: number | null;
  /** False when only a part of its words is in the index. */
  readonly indexedAll: boolean;
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly messageId: string | null;
}

/** A row of `archive_message`. */
export interface ArchivedRow {
  readonly id: number;
  readonly spool_id: string;
  readonly received_at: number;
  readonly direction: Direction;
  readonly disposition: Disposition['kind'];
  readonly size_octets: number;
  readonly attachments: number;
  readonly sent_at: number | null;
  readonly indexed_all: number;
  readonly sender: string;
  readonly recipients: string;
  readonly subject: string;
  readonly message_id: string | null;
}

/** Columns that {@link ArchivedRow} needs, of the table `m`. */
export const ARCHIVED_COLUMNS = `m.id, m.spool_id, m.received_at, m.direction, m.disposition, m.size_octets,
  m.attachments, m.sent_at, m.indexed_all, m.sender, m.recipients, m.subject, m.message_id`;

/** What lists show of a row. */
export function archivedOf(row: ArchivedRow): Archived {
  return {
    id: row.id,
    spoolId: row.spool_id as SpoolId,
    receivedAt: row.received_at,
    direction: row.direction,
    disposition: row.disposition,
    sizeOctets: row.size_octets,
    attachmentCount: row.attachments,
    sentAt: row.sent_at,
    indexedAll: row.indexed_all === 1,
    from: row.sender,
    to: row.recipients,
    subject: row.subject,
    messageId: row.message_id,
  };
}
