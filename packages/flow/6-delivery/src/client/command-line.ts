import { encodeXtext, type Extensions, parseForwardPath } from '@sekisho/smtp';
import { type Address, type ForwardPath, formatAddress, type ReversePath } from '@sekisho/terms';
import { UnsafeLineError } from '../errors.ts';

/** Octets of a command line with every parameter we use (RFC 5321 §4.5.3.1.4, RFC 3461 §4, RFC 6531 §3.4). */
const LINE_OCTETS = 2048;
const UNSPEAKABLE = /[\x00-\x1f\x7f-\x9f\u2028\u2029]/;
const BEYOND_ASCII = /[^\x00-\x7f]/;

/** Parameters of MAIL as far as the server understands them. */
export interface MailCommand {
  readonly reversePath: ReversePath;
  readonly sizeOctets: number;
  readonly eightBit: boolean;
  readonly smtpUtf8: boolean;
  readonly ret: 'full' | 'hdrs' | null;
  readonly envelopeId: string | null;
}

/** One line with its CRLF, or a refusal: whatever it was made of, the peer sees exactly one command. */
export function commandLine(what: string, line: string, smtpUtf8 = false): string {
  const isSafe =
    !UNSPEAKABLE.test(line) &&
    (smtpUtf8 ? line.isWellFormed() : !BEYOND_ASCII.test(line)) &&
    Buffer.byteLength(line) <= LINE_OCTETS;
  if (!isSafe) throw new UnsafeLineError(what, line);
  return `${line}\r\n`;
}

/** EHLO or HELO with the name that we give ourselves. */
export function formatHello(verb: 'EHLO' | 'HELO', name: string): string {
  if (/\s/.test(name) || name === '') throw new UnsafeLineError(verb, name);
  return commandLine(verb, `${verb} ${name}`);
}

/** MAIL with SIZE (RFC 1870), BODY (RFC 6152), SMTPUTF8 (RFC 6531), RET and ENVID (RFC 3461), where offered. */
export function formatMail(mail: MailCommand, offered: Extensions): string {
  let line = `MAIL FROM:<${mail.reversePath === null ? '' : checkedPath('MAIL', mail.reversePath)}>`;
  if (offered.keywords.has('SIZE')) line += ` SIZE=${mail.sizeOctets}`;
  if (mail.eightBit && offered.eightBitMime) line += ' BODY=8BITMIME';
  if (mail.smtpUtf8) line += ' SMTPUTF8';
  if (offered.dsn && mail.ret !== null) line += ` RET=${mail.ret.toUpperCase()}`;
  if (offered.dsn && mail.envelopeId !== null && !BEYOND_ASCII.test(mail.envelopeId))
    line += ` ENVID=${encodeXtext(mail.envelopeId)}`;
  return commandLine('MAIL', line, mail.smtpUtf8);
}

/** RCPT with NOTIFY and ORCPT (RFC 3461 §4.1, §4.2) where the server reports by itself. */
export function formatRcpt(path: ForwardPath, offered: Extensions, smtpUtf8: boolean): string {
  let line = `RCPT TO:<${checkedPath('RCPT', path.address)}>`;
  if (offered.dsn && path.notify !== undefined && path.notify.length > 0)
    line += ` NOTIFY=${path.notify.join(',').toUpperCase()}`;
  if (offered.dsn && path.originalRecipient !== undefined && !BEYOND_ASCII.test(path.originalRecipient))
    line += ` ORCPT=${encodeXtext(path.originalRecipient)}`;
  return commandLine('RCPT', line, smtpUtf8);
}

/** True when a path can only be said with SMTPUTF8. */
export function needsSmtpUtf8(path: Address | null): boolean {
  return path !== null && (BEYOND_ASCII.test(path.localPart) || BEYOND_ASCII.test(path.domain));
}

/** A path that reads back as the same address, so that no part of it can pass for something else. */
function checkedPath(what: string, address: Address): string {
  const text = formatAddress(address);
  let back: ReturnType<typeof parseForwardPath>;
  try {
    back = parseForwardPath(`<${text}>`);
  } catch {
    throw new UnsafeLineError(what, text);
  }
  if (back === 'postmaster' || back.localPart !== address.localPart || back.domain !== address.domain)
    throw new UnsafeLineError(what, text);
  return text;
}
