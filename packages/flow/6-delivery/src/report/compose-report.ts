import type { Random } from '@sekisho/ports';
import { formatDate } from '@sekisho/smtp';
import { type Address, formatAddress } from '@sekisho/terms';
import { UnsafeLineError } from '../errors.ts';
import type { OwedReport } from '../queue/reports.ts';
import { formatDeliveryStatus } from './delivery-status.ts';
import { formatExplanation, reportSubject } from './explanation.ts';
import { base64Lines, encodeWords } from './mime-text.ts';
import { formatReturnedPart, headerOf, messageIdOf } from './returned-part.ts';

/** What a report is made of. */
export interface ReportParts {
  /** Recipients of one message, all with the same kind of report. */
  readonly recipients: readonly [OwedReport, ...OwedReport[]];
  /** The sent form, or `null` when it is gone. */
  readonly original: readonly Buffer[] | null;
  readonly hostname: string;
  readonly now: number;
  readonly retriesUntil: number | null;
  /** An original larger than this comes back as its header. */
  readonly returnedOctets: number;
}

/** A report as it is submitted: with the null reverse-path (RFC 3461 §6.1), to the sender. */
export interface ComposedReport {
  readonly to: Address;
  readonly raw: Buffer;
  readonly body: '7bit' | '8bitmime';
  readonly smtpUtf8: boolean;
}

/** Writes a delivery status notification (RFC 3464; with addresses beyond ASCII, RFC 6533) as raw octets. */
export function composeReport(parts: ReportParts, random: Random): ComposedReport {
  const { recipients, original, hostname, now } = parts;
  const { kind, envelope } = recipients[0];
  const to = envelope.reversePath;
  if (to === null) throw new UnsafeLineError('a report', '<>');
  const utf8 = recipients.some((one) => beyondAscii(one.forwardPath.address)) || beyondAscii(to);
  const header = original === null ? null : headerOf(original);
  const boundary = `=_sekisho_${random.bytes(12).toString('hex')}`;
  const about = { hostname, retriesUntil: parts.retriesUntil, utf8 };
  const full = kind === 'failure' && envelope.ret === 'full';
  const returned =
    original === null ? null : formatReturnedPart(original, { full, mostOctets: parts.returnedOctets, utf8 });
  const status = formatDeliveryStatus(kind, recipients, about);
  const raw = Buffer.concat([
    Buffer.from(
      reportHeader({ to, now, hostname, boundary, subject: reportSubject(kind) }, header, random) +
        `--${boundary}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n` +
        base64Lines(Buffer.from(formatExplanation(kind, recipients, about))) +
        `\r\n--${boundary}\r\n` +
        statusPart(status, utf8) +
        (returned === null ? '' : `\r\n--${boundary}\r\n`),
    ),
    returned?.octets ?? Buffer.alloc(0),
    Buffer.from(`\r\n--${boundary}--\r\n`),
  ]);
  return { to, raw, body: returned?.isSevenBit === false ? '8bitmime' : '7bit', smtpUtf8: beyondAscii(to) };
}

function statusPart(status: string, utf8: boolean): string {
  return utf8
    ? `Content-Type: message/global-delivery-status\r\nContent-Transfer-Encoding: base64\r\n\r\n${base64Lines(Buffer.from(status))}`
    : `Content-Type: message/delivery-status\r\nContent-Transfer-Encoding: 7bit\r\n\r\n${status}`;
}

interface HeaderFacts {
  readonly to: Address;
  readonly now: number;
  readonly hostname: string;
  readonly boundary: string;
  readonly subject: string;
}

function reportHeader(facts: HeaderFacts, original: Buffer | null, random: Random): string {
  const address = formatAddress(facts.to);
  if (/[\x00-\x1f\x7f-\x9f\u2028\u2029]/.test(address + facts.hostname)) throw new UnsafeLineError('a report', address);
  const about = original === null ? null : messageIdOf(original);
  return (
    `Date: ${formatDate(facts.now)}\r\n` +
    `From: Mail Delivery System <mailer-daemon@${facts.hostname}>\r\n` +
    `To: <${address}>\r\n` +
    `Subject: ${encodeWords(facts.subject)}\r\n` +
    `Message-ID: <${random.bytes(12).toString('hex')}.report@${facts.hostname}>\r\n` +
    (about === null ? '' : `In-Reply-To: ${about}\r\nReferences: ${about}\r\n`) +
    'Auto-Submitted: auto-replied\r\n' +
    'MIME-Version: 1.0\r\n' +
    `Content-Type: multipart/report; report-type=delivery-status;\r\n boundary="${facts.boundary}"\r\n\r\n`
  );
}

const beyondAscii = ({ localPart, domain }: Address) => /[^\x00-\x7f]/.test(localPart + domain);
