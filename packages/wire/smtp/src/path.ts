import type { Address, ReversePath } from '@sekisho/terms';
import { parseAddressLiteral, parseDomain } from './domain.ts';
import { SmtpRefusal } from './errors.ts';

/** Argument of RCPT: an address, or `<Postmaster>` without a domain, which every server takes (RFC 5321 §4.5.1). */
export type ForwardPathArgument = Address | 'postmaster';

const PATH_OCTETS = 256;
const LOCAL_PART_OCTETS = 64;
const DOT_STRING = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~.\u0080-\u{10ffff}-]+$/u;
const QUOTED = /^"(?:[\x20\x21\x23-\x5b\x5d-\x7e\u0080-\u{10ffff}]|\\[\x20-\x7e])*"$/u;
const SOURCE_ROUTE = /^@[^@:,"\s]+(?:,@[^@:,"\s]+)*:/;

/** Reads the argument of MAIL, `<>` or `<local-part@domain>`; a source route is checked and ignored (RFC 5321 §4.1.2, F.2). */
export function parseReversePath(text: string): ReversePath {
  if (text === '<>') return null;
  return parsePath(text, 'MAIL', '5.1.7');
}

/** Reads the argument of RCPT; a source route is checked and ignored, so only the last domain counts (RFC 5321 §4.1.2, F.2). */
export function parseForwardPath(text: string): ForwardPathArgument {
  if (text.length === 12 && text.toLowerCase() === '<postmaster>') return 'postmaster';
  return parsePath(text, 'RCPT', '5.1.3');
}

/** `local-part@domain` without angle brackets as an address (RFC 5321 §4.1.2 Mailbox), or `null`. */
export function parseAddress(text: string): Address | null {
  const at = text.lastIndexOf('@');
  if (at < 1) return null;
  const localPart = parseLocalPart(text.slice(0, at));
  if (localPart === null) return null;
  const rest = text.slice(at + 1);
  const domain = parseDomain(rest) ?? parseAddressLiteral(rest);
  return domain === null ? null : { localPart, domain };
}

/**
 * True when a local part carries a second address inside (`user%there`, `there!user`, `"user@there"`): the next hop
 * could send such mail on to a domain that nobody here checked.
 */
export function isRoutedLocalPart(localPart: string): boolean {
  return /[@%!]/.test(localPart);
}

/** Index behind the `>` of a path that begins at `from`, or -1: a `>` inside a quoted local part is text. */
export function endOfPath(text: string, from: number): number {
  if (text[from] !== '<') return -1;
  const quote = text.indexOf('"', from);
  const close = text.indexOf('>', from);
  if (quote < 0 || close < quote) return close + 1 || -1;
  let quoted = true;
  for (let at = quote + 1; at < text.length; at++) {
    const c = text[at];
    if (quoted && c === '\\') at++;
    else if (c === '"') quoted = !quoted;
    else if (!quoted && c === '>') return at + 1;
  }
  return -1;
}

function parsePath(path: string, command: 'MAIL' | 'RCPT', enhanced: string): Address {
  const refuse = (text: string) =>
    new SmtpRefusal(
      { code: 501, enhanced, text },
      `Cannot parse the path of ${command} as "<local-part@domain>": got "${path.slice(0, PATH_OCTETS + 2)}"`,
      { detail: { command } },
    );
  if (!path.startsWith('<') || !path.endsWith('>')) throw refuse('A path stands in angle brackets');
  let mailbox = path.slice(1, -1);
  if (mailbox.startsWith('@')) {
    const route = SOURCE_ROUTE.exec(mailbox)?.[0];
    if (route === undefined || !route.slice(1, -1).split(',@').every(isHost))
      throw refuse('Syntax error in source route');
    mailbox = mailbox.slice(route.length);
  }
  if (Buffer.byteLength(mailbox) > PATH_OCTETS - 2) throw refuse('Path too long');
  const address = parseAddress(mailbox);
  if (address === null) throw refuse('Syntax error in path');
  return address;
}

const isHost = (text: string) => (parseDomain(text) ?? parseAddressLiteral(text)) !== null;

function parseLocalPart(text: string): string | null {
  if (text.length > LOCAL_PART_OCTETS || Buffer.byteLength(text) > LOCAL_PART_OCTETS) return null;
  if (DOT_STRING.test(text)) return text.startsWith('.') || text.endsWith('.') || text.includes('..') ? null : text;
  return QUOTED.test(text) ? text.slice(1, -1).replace(/\\(.)/gu, '$1') : null;
}
