import { formatDate } from '@sekisho/smtp';
import Encoding from 'encoding-japanese';

/** How the text of a composed mail is written. */
export type MailCharset = 'utf-8' | 'iso-2022-jp';

/** A person as header fields name them. */
export interface Person {
  readonly name: string;
  readonly address: string;
}

/** A file that goes with a mail. */
export interface Attachment {
  readonly name: string;
  readonly type: string;
  readonly octets: Uint8Array;
}

/** What a mail is composed of. */
export interface Draft {
  readonly from: Person;
  readonly to: readonly Person[];
  readonly subject: string;
  readonly text: string;
  readonly charset?: MailCharset;
  readonly attachments?: readonly Attachment[];
  /** Milliseconds since 1970. */
  readonly sentAt: number;
  /** Unique in the demo; becomes the Message-ID. */
  readonly id: string;
  /** Further header fields, whole and with CRLF, in front of the others. */
  readonly before?: string;
}

const BOUNDARY = '=_sekisho_demo_';

/** The octets of a mail (RFC 5322, RFC 2045), with CRLF line ends. */
export function composeMail(draft: Draft): Buffer {
  const { from, to, attachments = [], charset = 'utf-8' } = draft;
  const head =
    (draft.before ?? '') +
    `Date: ${formatDate(draft.sentAt)}\r\n` +
    `From: ${formatPerson(from, charset)}\r\n` +
    `To: ${to.map((person) => formatPerson(person, charset)).join(',\r\n ')}\r\n` +
    `Subject: ${encodeWords(draft.subject, charset)}\r\n` +
    `Message-ID: <${draft.id}@${from.address.split('@')[1]}>\r\n` +
    'MIME-Version: 1.0\r\n';
  const text = textPart(draft.text, charset);
  if (attachments.length === 0) return Buffer.concat([Buffer.from(head), text]);
  const boundary = `${BOUNDARY}${draft.id}`;
  const parts = [text, ...attachments.map(attachmentPart)];
  return Buffer.concat([
    Buffer.from(`${head}Content-Type: multipart/mixed; boundary="${boundary}"\r\n\r\n`),
    ...parts.flatMap((part) => [Buffer.from(`--${boundary}\r\n`), part]),
    Buffer.from(`--${boundary}--\r\n`),
  ]);
}

function formatPerson({ name, address }: Person, charset: MailCharset): string {
  return name === '' ? `<${address}>` : `${encodeWords(name, charset)} <${address}>`;
}

/** The octets of a text in a charset of mail. */
function encodeText(text: string, charset: MailCharset): Buffer {
  if (charset === 'utf-8') return Buffer.from(text);
  return Buffer.from(Encoding.convert(Encoding.stringToCode(text), { from: 'UNICODE', to: 'JIS' }));
}

/** Encoded words (RFC 2047), each of at most 75 characters, none of which cuts a character in two. */
export function encodeWords(text: string, charset: MailCharset): string {
  if (/^[\x20-\x7e]*$/.test(text)) return text;
  const words: string[] = [];
  for (let rest = [...text]; rest.length > 0; ) {
    const size = charset === 'utf-8' ? 12 : 10;
    words.push(
      `=?${charset.toUpperCase()}?B?${encodeText(rest.slice(0, size).join(''), charset).toString('base64')}?=`,
    );
    rest = rest.slice(size);
  }
  return words.join('\r\n ');
}

function textPart(text: string, charset: MailCharset): Buffer {
  const octets = encodeText(`${text.replaceAll('\n', '\r\n')}\r\n`, charset);
  const type = `Content-Type: text/plain; charset=${charset}\r\n`;
  if (charset === 'iso-2022-jp')
    return Buffer.concat([Buffer.from(`${type}Content-Transfer-Encoding: 7bit\r\n\r\n`), octets]);
  return Buffer.from(`${type}Content-Transfer-Encoding: base64\r\n\r\n${base64Lines(octets)}`);
}

function attachmentPart({ name, type, octets }: Attachment): Buffer {
  const isAscii = /^[\x20-\x7e]*$/.test(name);
  const parameter = isAscii ? `filename="${name}"` : `filename*=UTF-8''${encodeURIComponent(name)}`;
  return Buffer.from(
    `Content-Type: ${type}\r\nContent-Disposition: attachment;\r\n ${parameter}\r\n` +
      `Content-Transfer-Encoding: base64\r\n\r\n${base64Lines(Buffer.from(octets))}`,
  );
}

const base64Lines = (octets: Buffer) => octets.toString('base64').replace(/.{1,76}/g, '$&\r\n');
