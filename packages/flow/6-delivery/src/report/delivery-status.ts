import { formatDate } from '@sekisho/smtp';
import { formatAddress } from '@sekisho/terms';
import type { OwedReport } from '../queue/reports.ts';
import type { ReportKind } from './decide-report.ts';
import { foldField, quietAscii, quietLine } from './mime-text.ts';

const WORDS = 800;
const ACTIONS: Readonly<Record<ReportKind, string>> = { failure: 'failed', delay: 'delayed', relayed: 'relayed' };
const STATUS: Readonly<Record<ReportKind, string>> = { failure: '5.0.0', delay: '4.0.0', relayed: '2.0.0' };

/** The part for programs (RFC 3464 §2): one block about the message, one about each recipient. */
export function formatDeliveryStatus(
  kind: ReportKind,
  recipients: readonly OwedReport[],
  about: { readonly hostname: string; readonly retriesUntil: number | null; readonly utf8: boolean },
): string {
  const { envelope } = recipients[0]!;
  const words = about.utf8 ? quietLine : quietAscii;
  const perMessage =
    foldField('Reporting-MTA', `dns; ${about.hostname}`) +
    (envelope.envelopeId === null ? '' : foldField('Original-Envelope-Id', words(envelope.envelopeId, 200))) +
    foldField('Arrival-Date', formatDate(envelope.receivedAt));
  return [perMessage, ...recipients.map((one) => perRecipient(kind, one, about.retriesUntil, words))].join('\r\n');
}

function perRecipient(kind: ReportKind, one: OwedReport, retriesUntil: number | null, words: typeof quietLine): string {
  const { originalRecipient, address } = one.forwardPath;
  const final = formatAddress(address);
  const type = /[^\x00-\x7f]/.test(final) ? 'utf-8' : 'rfc822';
  return (
    (originalRecipient === undefined ? '' : foldField('Original-Recipient', words(originalRecipient, 500))) +
    foldField('Final-Recipient', `${type}; ${words(final, 500)}`) +
    foldField('Action', ACTIONS[kind]) +
    foldField('Status', statusOf(kind, one.status)) +
    (one.host === null ? '' : foldField('Remote-MTA', `dns; ${words(one.host, 255)}`)) +
    (one.reply === null
      ? ''
      : foldField('Diagnostic-Code', `${one.host === null ? 'x-sekisho' : 'smtp'}; ${words(one.reply, WORDS)}`)) +
    (one.endedAt === null ? '' : foldField('Last-Attempt-Date', formatDate(one.endedAt))) +
    (kind === 'delay' && retriesUntil !== null ? foldField('Will-Retry-Until', formatDate(retriesUntil)) : '')
  );
}

const statusOf = (kind: ReportKind, status: string | null) =>
  status !== null && /^[245]\.\d{1,3}\.\d{1,3}$/.test(status) ? status : STATUS[kind];
