import { isIP } from 'node:net';
import { SmtpRefusal } from './errors.ts';
import { decodeXtext } from './xtext.ts';

/** What a trusted hop says about the client behind it (Postfix XCLIENT_README). Absent: as before. */
export interface XclientAttributes {
  readonly ip?: string;
  readonly port?: number;
  readonly ehlo?: string;
  readonly protocol?: 'SMTP' | 'ESMTP';
}

/** The attributes that {@link parseXclient} understands, as EHLO lists them. */
export const XCLIENT_KEYWORDS = 'NAME ADDR PORT PROTO HELO';

/** Reads the argument of XCLIENT; NAME is read and left alone, since names are looked up here. */
export function parseXclient(argument: string): XclientAttributes {
  const found: { -readonly [K in keyof XclientAttributes]: XclientAttributes[K] } = {};
  for (const word of argument.split(' ').filter((each) => each !== '')) {
    const equals = word.indexOf('=');
    const name = word.slice(0, Math.max(equals, 0)).toUpperCase();
    const value = decodeXtext(word.slice(equals + 1));
    if (value === null) throw refusal(name);
    const known = value !== '' && !/^\[(?:UN|TEMPUN)AVAIL(?:ABLE)?\]$/i.test(value);
    if (name === 'ADDR') {
      const ip = value.replace(/^IPV6:/i, '').toLowerCase();
      if (isIP(ip) === 0) throw refusal(name);
      found.ip = ip;
    } else if (name === 'PORT') {
      if (known && !(/^[0-9]{1,5}$/.test(value) && Number(value) <= 65535)) throw refusal(name);
      if (known) found.port = Number(value);
    } else if (name === 'HELO') {
      if (known && !isEhloName(value)) throw refusal(name);
      if (known) found.ehlo = value;
    } else if (name === 'PROTO') {
      if (!/^E?SMTP$/i.test(value)) throw refusal(name);
      found.protocol = value.toUpperCase() as 'SMTP' | 'ESMTP';
    } else if (name !== 'NAME') {
      throw refusal(name);
    }
  }
  return found;
}

/** True for what EHLO may say: a domain or an address literal; underscores and bare words are common in the field. */
export function isEhloName(text: string): boolean {
  return /^(?:[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,254})|\[[A-Za-z0-9:.]{2,60}\])$/.test(text);
}

function refusal(name: string): SmtpRefusal {
  return new SmtpRefusal(
    { code: 501, enhanced: '5.5.4', text: 'Syntax error in XCLIENT' },
    `Cannot parse XCLIENT: attribute "${name}" is unknown or malformed`,
    { detail: { command: 'XCLIENT', name } },
  );
}
