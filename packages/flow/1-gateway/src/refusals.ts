import { formatReply } from '@sekisho/smtp';
import type { Reply } from '@sekisho/terms';

interface Refusal extends Reply {
  /** The session ends behind the reply: what follows cannot be told from what it must not be. */
  readonly ends?: true;
}

/** Why the gateway refuses, and what it then says. The name is the label of the metric and the field of the log line. */
export const REFUSALS = {
  'unknown-command': { code: 500, enhanced: '5.5.1', text: 'Command not recognized' },
  'foreign-protocol': { code: 500, enhanced: '5.5.1', text: 'This is SMTP', ends: true },
  'not-implemented': { code: 502, enhanced: '5.5.1', text: 'Command not implemented' },
  chunking: { code: 502, enhanced: '5.5.1', text: 'CHUNKING is not offered', ends: true },
  'line-too-long': { code: 500, enhanced: '5.5.2', text: 'Line too long' },
  'bare-lf-in-command': { code: 500, enhanced: '5.5.2', text: 'Lines end in CR LF', ends: true },
  'not-utf8': { code: 500, enhanced: '5.5.2', text: 'Not UTF-8' },
  'hello-first': { code: 503, enhanced: '5.5.1', text: 'Say EHLO first' },
  'mail-first': { code: 503, enhanced: '5.5.1', text: 'Say MAIL first' },
  'nested-mail': { code: 503, enhanced: '5.5.1', text: 'A transaction is open already' },
  'no-recipients': { code: 554, enhanced: '5.5.1', text: 'No valid recipients' },
  'parameters-without-ehlo': { code: 555, enhanced: '5.5.4', text: 'Parameters need EHLO' },
  'tls-active': { code: 503, enhanced: '5.5.1', text: 'TLS is active already' },
  'tls-not-offered': { code: 502, enhanced: '5.5.1', text: 'TLS is not offered' },
  'pipelined-behind-starttls': { code: 554, enhanced: '5.5.1', text: 'STARTTLS ends its group', ends: true },
  'not-a-hop': { code: 550, enhanced: '5.7.0', text: 'XCLIENT is for known hops' },
  'in-transaction': { code: 503, enhanced: '5.5.1', text: 'Not inside a transaction' },
  'too-many-errors': { code: 421, enhanced: '4.7.0', text: 'Too many errors', ends: true },
  'too-many-junk-commands': { code: 421, enhanced: '4.7.0', text: 'Too many commands without mail', ends: true },
  overdue: { code: 421, enhanced: '4.4.2', text: 'Timeout', ends: true },
  draining: { code: 421, enhanced: '4.3.2', text: 'Service shutting down, try again', ends: true },
  'too-many-connections': { code: 421, enhanced: '4.3.2', text: 'Too many connections, try again later', ends: true },
  'too-many-connections-of-address': {
    code: 421,
    enhanced: '4.7.0',
    text: 'Too many connections from your address',
    ends: true,
  },
  'submission-for-known-clients': { code: 550, enhanced: '5.7.1', text: 'Submission is for known clients only' },
  'unproven-tenant': {
    code: 550,
    enhanced: '5.7.1',
    text: 'Sender domain and EHLO name do not prove whose mail it is',
  },
  'relay-denied': { code: 550, enhanced: '5.7.1', text: 'Relaying denied' },
  'routed-address': { code: 550, enhanced: '5.7.1', text: 'Relaying denied: routed address' },
  'unknown-recipient': { code: 550, enhanced: '5.1.1', text: 'No such recipient here' },
  'recipient-not-known-now': { code: 451, enhanced: '4.4.3', text: 'Cannot check the recipient now, try again later' },
  'other-tenant': { code: 452, enhanced: '4.5.3', text: 'Send this recipient in a transaction of its own' },
  'too-many-recipients': { code: 452, enhanced: '4.5.3', text: 'Too many recipients' },
  'needs-smtputf8': { code: 553, enhanced: '5.6.7', text: 'Such an address needs SMTPUTF8' },
  'no-room': { code: 452, enhanced: '4.3.1', text: 'Insufficient system storage, try again later' },
  busy: { code: 452, enhanced: '4.3.1', text: 'Too many messages under way, try again later' },
  'too-big': { code: 552, enhanced: '5.3.4', text: 'Message too big' },
  'header-too-big': { code: 552, enhanced: '5.3.4', text: 'Header section too big' },
  loop: { code: 554, enhanced: '5.4.6', text: 'Too many Received fields: routing loop' },
  'bare-cr': { code: 554, enhanced: '5.6.0', text: 'Message data has a CR without LF (RFC 5321 2.3.8)', ends: true },
  'bare-lf': { code: 554, enhanced: '5.6.0', text: 'Message data has a LF without CR (RFC 5321 2.3.8)', ends: true },
  nul: { code: 554, enhanced: '5.6.0', text: 'Message data has a NUL (RFC 5322 2.1)', ends: true },
  'not-stored': { code: 451, enhanced: '4.3.0', text: 'Message not stored, try again later' },
  unforeseen: { code: 451, enhanced: '4.3.0', text: 'Local error, try again later' },
} as const satisfies Record<string, Refusal>;

/** Name of a refusal: one of the table, a fault in a command, or the plan of a policy. */
export type RefusalReason = keyof typeof REFUSALS | 'syntax' | 'policy';

const TEXTS = new Map(Object.entries(REFUSALS).map(([reason, reply]) => [reason, formatReply(reply)]));

/** The reply of a refusal as it goes over the wire. */
export function refusalText(reason: keyof typeof REFUSALS): string {
  return TEXTS.get(reason)!;
}

/** True when the session ends behind this reply. */
export function endsSession(reason: keyof typeof REFUSALS): boolean {
  return 'ends' in REFUSALS[reason];
}
