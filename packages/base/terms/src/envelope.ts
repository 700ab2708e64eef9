import type { Address, ReversePath } from './address.ts';
import type { TenantId } from './ids.ts';

/** Mail from other hosts, or from our users (RFC 6409). */
export type Direction = 'reception' | 'submission';

/** When the sender wants a report for a forward-path (RFC 3461 §4.1). Absent parameter: `failure`. */
export type DsnNotify = 'never' | 'success' | 'failure' | 'delay';

/** One recipient of the envelope: the argument of RCPT (RFC 5321 §4.1.1.3) with its parameters. */
export interface ForwardPath {
  readonly address: Address;
  readonly notify?: readonly DsnNotify[];
  /** ORCPT as it came, xtext decoded (RFC 3461 §4.2). */
  readonly originalRecipient?: string;
}

/** The host at the other end of the connection. */
export interface SmtpClient {
  readonly ip: string;
  readonly port: number;
  /** Argument of EHLO, HELO or LHLO. */
  readonly ehlo: string;
  readonly protocol:
    | 'SMTP'
    | 'ESMTP'
    | 'ESMTPS'
    | 'ESMTPA'
    | 'ESMTPSA'
    | 'UTF8SMTP'
    | 'UTF8SMTPS'
    | 'UTF8SMTPA'
    | 'UTF8SMTPSA';
  readonly tls?: { readonly version: string; readonly cipher: string; readonly peerName?: string };
  /** Who signed in, when somebody did. */
  readonly authenticatedAs?: string;
  /** The port's name in the configuration: `smtp`, `submission` or `submissions`. */
  readonly listener: 'smtp' | 'submission' | 'submissions';
}

/** What SMTP said about a message, beside the message (RFC 5321 §2.3.1). One tenant per envelope. */
export interface Envelope {
  readonly tenant: TenantId;
  readonly direction: Direction;
  readonly reversePath: ReversePath;
  readonly forwardPaths: readonly ForwardPath[];
  readonly smtpUtf8: boolean;
  readonly body: '7bit' | '8bitmime';
  readonly dsn: { readonly ret?: 'full' | 'hdrs'; readonly envelopeId?: string };
  readonly client: SmtpClient;
  /** Milliseconds since 1970, UTC. */
  readonly receivedAt: number;
}
