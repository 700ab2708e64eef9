import type { DsnNotify } from '@sekisho/terms';
import { SmtpRefusal } from './errors.ts';
import { decodeXtext } from './xtext.ts';

/** Parameters of MAIL. */
export interface MailParameters {
  /** Declared size in octets (RFC 1870 §3), or `null`. */
  readonly sizeOctets: number | null;
  readonly body: '7bit' | '8bitmime';
  readonly smtpUtf8: boolean;
  readonly ret?: 'full' | 'hdrs';
  /** ENVID, xtext decoded (RFC 3461 §4.4). */
  readonly envelopeId?: string;
}

/** Parameters of RCPT (RFC 3461 §4.1, §4.2). */
export interface RcptParameters {
  readonly notify?: readonly DsnNotify[];
  /** `addr-type;address`, xtext decoded. */
  readonly originalRecipient?: string;
}

/** What MAIL means without parameters. */
export const NO_MAIL_PARAMETERS: MailParameters = Object.freeze({ sizeOctets: null, body: '7bit', smtpUtf8: false });
/** What RCPT means without parameters. */
export const NO_RCPT_PARAMETERS: RcptParameters = Object.freeze({});

const KEYWORD = /^[A-Za-z0-9][A-Za-z0-9-]*$/;
const ENVID_OCTETS = 100;
const ORCPT_OCTETS = 500;

/** Reads what follows the path of MAIL: SIZE, BODY, SMTPUTF8, RET, ENVID. */
export function parseMailParameters(text: string): MailParameters {
  const given = splitParameters('MAIL', text);
  if (given.size === 0) return NO_MAIL_PARAMETERS;
  let { sizeOctets, body, smtpUtf8 } = NO_MAIL_PARAMETERS;
  let ret: 'full' | 'hdrs' | undefined;
  let envelopeId: string | undefined;
  for (const [keyword, value] of given) {
    const bad = () => badValue('MAIL', keyword);
    switch (keyword) {
      case 'SIZE':
        if (value === null || !/^[0-9]{1,20}$/.test(value)) throw bad();
        sizeOctets = Number(value);
        break;
      case 'BODY':
        if (value === null || !/^(?:7BIT|8BITMIME)$/i.test(value)) throw bad();
        body = value.length === 4 ? '7bit' : '8bitmime';
        break;
      case 'SMTPUTF8':
        if (value !== null) throw bad();
        smtpUtf8 = true;
        break;
      case 'RET':
        if (value === null || !/^(?:FULL|HDRS)$/i.test(value)) throw bad();
        ret = value.toLowerCase() as 'full' | 'hdrs';
        break;
      case 'ENVID':
        envelopeId = decodedValue('MAIL', keyword, value, ENVID_OCTETS);
        break;
      default:
        throw unknownParameter('MAIL', keyword);
    }
  }
  return {
    sizeOctets,
    body,
    smtpUtf8,
    ...(ret === undefined ? {} : { ret }),
    ...(envelopeId === undefined ? {} : { envelopeId }),
  };
}

/** Reads what follows the path of RCPT: NOTIFY, ORCPT. */
export function parseRcptParameters(text: string): RcptParameters {
  const given = splitParameters('RCPT', text);
  if (given.size === 0) return NO_RCPT_PARAMETERS;
  let notify: readonly DsnNotify[] | undefined;
  let originalRecipient: string | undefined;
  for (const [keyword, value] of given) {
    switch (keyword) {
      case 'NOTIFY':
        if (value === null || !/^(?:NEVER|(?:SUCCESS|FAILURE|DELAY)(?:,(?:SUCCESS|FAILURE|DELAY)){0,2})$/i.test(value))
          throw badValue('RCPT', keyword);
        notify = [...new Set(value.toLowerCase().split(',') as DsnNotify[])];
        break;
      case 'ORCPT':
        originalRecipient = parseOriginalRecipient(value);
        break;
      default:
        throw unknownParameter('RCPT', keyword);
    }
  }
  return {
    ...(notify === undefined ? {} : { notify }),
    ...(originalRecipient === undefined ? {} : { originalRecipient }),
  };
}

function parseOriginalRecipient(value: string | null): string {
  const found = /^([A-Za-z0-9][A-Za-z0-9-]{0,62});(.+)$/u.exec(value ?? '');
  if (!found) throw badValue('RCPT', 'ORCPT');
  const [, type, encoded] = found as unknown as [string, string, string];
  // RFC 6533 §3: the type utf-8 may hold characters as they are, and its own \x{} escapes.
  if (type.toLowerCase() === 'utf-8' && /[^\x00-\x7f]/.test(encoded)) {
    if (value!.length > ORCPT_OCTETS) throw badValue('RCPT', 'ORCPT');
    return `${type};${encoded}`;
  }
  return `${type};${decodedValue('RCPT', 'ORCPT', encoded, ORCPT_OCTETS)}`;
}

function decodedValue(command: string, keyword: string, value: string | null, most: number): string {
  const decoded = value === null || value.length > most ? null : decodeXtext(value);
  if (decoded === null || decoded === '') throw badValue(command, keyword);
  return decoded;
}

function splitParameters(command: string, text: string): Map<string, string | null> {
  const given = new Map<string, string | null>();
  for (const word of text.split(' ')) {
    if (word === '') continue;
    const equals = word.indexOf('=');
    const keyword = (equals < 0 ? word : word.slice(0, equals)).toUpperCase();
    if (!KEYWORD.test(keyword)) throw badValue(command, 'parameter');
    if (given.has(keyword)) throw badValue(command, keyword);
    given.set(keyword, equals < 0 ? null : word.slice(equals + 1));
  }
  return given;
}

function badValue(command: string, keyword: string): SmtpRefusal {
  return new SmtpRefusal(
    { code: 501, enhanced: '5.5.4', text: `Syntax error in ${keyword}` },
    `Cannot parse ${keyword} of ${command}: malformed, or given twice`,
    { detail: { command, keyword } },
  );
}

function unknownParameter(command: string, keyword: string): SmtpRefusal {
  return new SmtpRefusal(
    { code: 555, enhanced: '5.5.4', text: `Parameter of ${command} not recognized` },
    `Cannot obey ${command}: nobody here knows its parameter "${keyword}"`,
    { detail: { command, keyword } },
  );
}
