import type { ReversePath } from '@sekisho/terms';
import { SmtpRefusal } from './errors.ts';
import { decodeLine } from './line-splitter.ts';
import { type MailParameters, parseMailParameters, parseRcptParameters, type RcptParameters } from './parameters.ts';
import { endOfPath, type ForwardPathArgument, parseForwardPath, parseReversePath } from './path.ts';
import { isEhloName, parseXclient, type XclientAttributes } from './xclient.ts';

/** One command line (RFC 5321 §4.1.1). `fault` is a known command said wrongly, `unknown` a word that is none. */
export type Command =
  | { readonly verb: 'EHLO' | 'HELO'; readonly domain: string }
  | {
      readonly verb: 'MAIL';
      readonly reversePath: ReversePath;
      readonly parameters: MailParameters;
    }
  | {
      readonly verb: 'RCPT';
      readonly forwardPath: ForwardPathArgument;
      readonly parameters: RcptParameters;
      /** The path holds characters beyond ASCII, which only a transaction with SMTPUTF8 may (RFC 6531 §3.4). */
      readonly utf8: boolean;
    }
  | { readonly verb: 'DATA' | 'RSET' | 'QUIT' | 'STARTTLS' | 'BDAT' }
  | { readonly verb: 'NOOP' | 'HELP' | 'VRFY' | 'EXPN'; readonly argument: string }
  | { readonly verb: 'AUTH'; readonly mechanism: string; readonly initialResponse: string | null }
  | { readonly verb: 'XCLIENT'; readonly attributes: XclientAttributes }
  | { readonly verb: 'unknown'; readonly word: string }
  | { readonly verb: 'fault'; readonly of: string; readonly refusal: SmtpRefusal };

const BEYOND_ASCII = /[^\x00-\x7f]/;
const UNSPEAKABLE = /[\x00-\x1f\x7f-\x9f\u2028\u2029]/;
const WITHOUT_ARGUMENT: ReadonlySet<string> = new Set(['DATA', 'RSET', 'QUIT', 'STARTTLS']);

/** Reads a command line without its CRLF. Never throws: what is wrong comes back as `fault` with the reply to give. */
export function parseCommand(line: string | Buffer): Command {
  const text = typeof line === 'string' ? line : decodeLine(line, 0, line.length);
  if (text === null) return fault('', 500, '5.5.2', 'Not UTF-8', 'Cannot decode the command line: not UTF-8');
  if (UNSPEAKABLE.test(text))
    return fault(
      '',
      500,
      '5.5.2',
      'Control characters have no place here',
      'Cannot parse a line with control characters',
    );
  const trimmed = text.endsWith(' ') ? text.trimEnd() : text;
  const space = trimmed.indexOf(' ');
  const verb = (space < 0 ? trimmed : trimmed.slice(0, space)).toUpperCase();
  const argument = space < 0 ? '' : trimmed.slice(space + 1);
  try {
    return parseVerb(verb, argument);
  } catch (error) {
    if (error instanceof SmtpRefusal) return { verb: 'fault', of: verb, refusal: error };
    throw error;
  }
}

function parseVerb(verb: string, argument: string): Command {
  switch (verb) {
    case 'MAIL':
      return parseMail(argument);
    case 'RCPT':
      return parseRcpt(argument);
    case 'EHLO':
    case 'HELO':
      if (!isEhloName(argument))
        return fault(verb, 501, '5.5.4', 'Domain or address literal required', `Cannot obey ${verb}: no such name`);
      return { verb, domain: argument };
    case 'DATA':
    case 'RSET':
    case 'QUIT':
    case 'STARTTLS':
    case 'BDAT':
      if (argument !== '' && WITHOUT_ARGUMENT.has(verb))
        return fault(verb, 501, '5.5.4', `${verb} has no argument`, `Cannot obey ${verb}: it came with an argument`);
      return { verb };
    case 'NOOP':
    case 'HELP':
    case 'VRFY':
    case 'EXPN':
      return { verb, argument };
    case 'AUTH':
      return parseAuth(argument);
    case 'XCLIENT':
      return { verb, attributes: parseXclient(argument) };
    default:
      return { verb: 'unknown', word: verb };
  }
}

function parseMail(argument: string): Command {
  const end = /^FROM:</i.test(argument) ? endOfPath(argument, 5) : -1;
  if (end < 0 || (end < argument.length && argument[end] !== ' '))
    return fault('MAIL', 501, '5.5.4', 'Syntax: MAIL FROM:<address>', 'Cannot parse MAIL: no "FROM:<path>"');
  const path = argument.slice(5, end);
  const reversePath = parseReversePath(path);
  const parameters = parseMailParameters(argument.slice(end));
  if (!parameters.smtpUtf8 && BEYOND_ASCII.test(path))
    return fault('MAIL', 553, '5.6.7', 'Such an address needs SMTPUTF8', 'Cannot take a reverse-path beyond ASCII');
  return { verb: 'MAIL', reversePath, parameters };
}

function parseRcpt(argument: string): Command {
  const end = /^TO:</i.test(argument) ? endOfPath(argument, 3) : -1;
  if (end < 0 || (end < argument.length && argument[end] !== ' '))
    return fault('RCPT', 501, '5.5.4', 'Syntax: RCPT TO:<address>', 'Cannot parse RCPT: no "TO:<path>"');
  const path = argument.slice(3, end);
  return {
    verb: 'RCPT',
    forwardPath: parseForwardPath(path),
    parameters: parseRcptParameters(argument.slice(end)),
    utf8: BEYOND_ASCII.test(path),
  };
}

function parseAuth(argument: string): Command {
  const found = /^([A-Za-z0-9_-]{1,20})(?: (=|[A-Za-z0-9+/]+={0,2}))?$/.exec(argument);
  if (!found) return fault('AUTH', 501, '5.5.4', 'Syntax: AUTH mechanism', 'Cannot parse AUTH: no mechanism');
  const initial = found[2];
  return {
    verb: 'AUTH',
    mechanism: found[1]!.toUpperCase(),
    initialResponse: initial === undefined ? null : initial === '=' ? '' : initial,
  };
}

function fault(of: string, code: number, enhanced: string, text: string, message: string): Command {
  return {
    verb: 'fault',
    of,
    refusal: new SmtpRefusal({ code, enhanced, text }, message, { detail: { command: of } }),
  };
}
