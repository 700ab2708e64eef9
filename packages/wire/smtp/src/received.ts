import { type Address, type Envelope, formatAddress, type SpoolId } from '@sekisho/terms';
import { formatAddressLiteral } from './domain.ts';
import { isEhloName } from './xclient.ts';

/**
 * The Received field of a message taken in (RFC 5321 §4.4, RFC 3848, RFC 6531 §4.3), with its CRLF. The recipient is
 * named only when there is one, so that nobody learns of a blind copy. Whatever the client said, the result is exactly
 * one field.
 */
export function formatReceived(about: {
  readonly envelope: Envelope;
  readonly spoolId: SpoolId;
  readonly by: string;
}): string {
  const { client, forwardPaths, smtpUtf8, receivedAt } = about.envelope;
  const said = isEhloName(client.ehlo) ? client.ehlo : 'unknown';
  const lines = [`Received: from ${said} (${formatAddressLiteral(client.ip)})`];
  if (client.tls) lines.push(`\t(using ${word(client.tls.version)} with cipher ${word(client.tls.cipher)})`);
  lines.push(`\tby ${about.by} with ${client.protocol} id ${about.spoolId}`);
  const only = forwardPaths.length === 1 ? forPath(forwardPaths[0]!.address, smtpUtf8) : null;
  if (only !== null) lines.push(`\tfor ${only}`);
  return `${lines.join('\r\n')};\r\n\t${formatDate(receivedAt)}\r\n`;
}

/** A date as header fields write it (RFC 5322 §3.3), in UTC. */
export function formatDate(time: number): string {
  return new Date(time)
    .toUTCString()
    .replace('GMT', '+0000')
    .replace(/^(\w+, )0/, '$1');
}

function forPath(address: Address, smtpUtf8: boolean): string | null {
  const path = `<${formatAddress(address)}>`;
  if (/[\x00-\x1f\x7f-\x9f\u2028\u2029]/.test(path)) return null;
  return smtpUtf8 || !/[^\x00-\x7f]/.test(path) ? path : null;
}

const word = (text: string) => text.replace(/[^A-Za-z0-9._-]/g, '');
