import type { ServerReply } from '@sekisho/smtp';
import type { ForwardPath } from '@sekisho/terms';
import type { QueuedEnvelope } from '../queue/recipient.ts';
import type { Stage } from './stage.ts';

/** One mail transaction: one sent form for several recipients. */
export interface Transaction {
  readonly envelope: Pick<QueuedEnvelope, 'reversePath' | 'smtpUtf8' | 'body' | 'ret' | 'envelopeId'>;
  readonly recipients: readonly ForwardPath[];
  /** The sent form, with CRLF line ends and without dot-stuffing. */
  readonly content: readonly Buffer[];
  /** Asked before MAIL and before the content: false when the leases have run out. */
  readonly isStillOurs: () => boolean;
}

/** What is known about one recipient after a transaction. */
export type RecipientAnswer =
  /** The last word of the server about it. */
  | { readonly kind: 'reply'; readonly stage: Stage; readonly reply: ServerReply }
  /** This server can never get it from us as it is (RFC 3463 status). */
  | { readonly kind: 'unsendable'; readonly status: string; readonly text: string }
  /** The session ended before the server's last word; from `end-of-data` on it may have the message. */
  | { readonly kind: 'lost'; readonly stage: Stage; readonly text: string }
  /** Given up by us because the lease was no longer ours. */
  | { readonly kind: 'fenced' };

/** Answers in the order of the recipients. */
export interface TransactionAnswer {
  readonly answers: readonly RecipientAnswer[];
  /** True when the server has not said a word in this transaction: a kept session that had died meanwhile. */
  readonly isUntouched: boolean;
}
