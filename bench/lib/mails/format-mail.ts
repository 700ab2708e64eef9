import { randomFillSync } from 'node:crypto';
import Encoding from 'encoding-japanese';
import { strToU8, zipSync } from 'fflate';
import { chance } from './chance.ts';
import type { Letter } from './letter.ts';
import { makePdf } from './make-pdf.ts';

/** A letter as octets: the charsets and encodings that mail in Japan really has, no two mails the same. */
export function formatMail(letter: Letter, attachmentOctets = 0): Buffer {
  const { content, fields } = textPart(letter);
  const head = [
    `From: <${letter.from}>`,
    `To: <${letter.to}>`,
    `Subject: ${letter.isJapanese ? encodedWord(letter.subject) : letter.subject}`,
    `Date: ${new Date(letter.sentAt).toUTCString().replace('GMT', '+0000')}`,
    `Message-ID: <${letter.number}.${letter.sentAt}@sender.test>`,
    'MIME-Version: 1.0',
  ];
  if (attachmentOctets === 0) return Buffer.from([...head, ...fields, '', content].join('\r\n'), 'latin1');
  const boundary = `=_part_${letter.number}`;
  const { name, type, octets } = attachment(letter, attachmentOctets);
  const lines = [
    ...head,
    `Content-Type: multipart/mixed; boundary="${boundary}"`,
    '',
    `--${boundary}`,
    ...fields,
    '',
    content,
    `--${boundary}`,
    `Content-Type: ${type}; name="${name}"`,
    `Content-Disposition: attachment; filename="${name}"`,
    'Content-Transfer-Encoding: base64',
    '',
    base64Lines(octets),
    `--${boundary}--`,
    '',
  ];
  return Buffer.from(lines.join('\r\n'), 'latin1');
}

/** Content as a string of octets (latin1), with the fields that describe it. */
function textPart({ number, isJapanese, body }: Letter): { content: string; fields: string[] } {
  const text = `${body}\n`.replaceAll('\n', '\r\n');
  const type = (charset: string, encoding: string) => [
    `Content-Type: text/plain; charset=${charset}`,
    `Content-Transfer-Encoding: ${encoding}`,
  ];
  if (!isJapanese) return { content: text, fields: type('us-ascii', '7bit') };
  if (number % 3 === 0) return { content: jis(text), fields: type('iso-2022-jp', '7bit') };
  const octets = Buffer.from(text);
  if (number % 3 === 1) return { content: `${base64Lines(octets)}\r\n`, fields: type('utf-8', 'base64') };
  return { content: octets.toString('latin1'), fields: type('utf-8', '8bit') };
}

const jis = (text: string) =>
  Buffer.from(Encoding.convert(Encoding.stringToCode(text), { to: 'JIS', from: 'UNICODE' })).toString('latin1');

const encodedWord = (text: string) => {
  const words: string[] = [];
  for (let at = 0; at < text.length; at += 12) {
    words.push(`=?UTF-8?B?${Buffer.from(text.slice(at, at + 12)).toString('base64')}?=`);
  }
  return words.join('\r\n ');
};

const base64Lines = (octets: Buffer) => octets.toString('base64').replace(/.{76}(?=.)/g, '$&\r\n');

/** A document, a picture or an office file in turn, of about the wanted size. */
function attachment({ number, subject, body }: Letter, wantedOctets: number) {
  const filling = noise(number, wantedOctets);
  switch (number % 3) {
    case 0:
      return { name: `report-${number}.pdf`, type: 'application/pdf', octets: makePdf(body, filling) };
    case 1: {
      const jpeg = Buffer.concat([Buffer.from('ffd8ffe000104a46494600010100000100010000', 'hex'), filling]);
      return { name: `photo-${number}.jpg`, type: 'image/jpeg', octets: jpeg };
    }
    default: {
      const paragraphs = `${subject}\n${body}`.split('\n').map((line) => `<w:p><w:r><w:t>${line}</w:t></w:r></w:p>`);
      const namespace = 'http://schemas.openxmlformats.org/wordprocessingml/2006/main';
      const files = {
        '[Content_Types].xml': strToU8(
          '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>',
        ),
        'word/document.xml': strToU8(
          `<w:document xmlns:w="${namespace}"><w:body>${paragraphs.join('')}</w:body></w:document>`,
        ),
        'word/media/image1.png': filling,
      };
      return {
        name: `minutes-${number}.docx`,
        type: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
        octets: Buffer.from(zipSync(files, { level: 1 })),
      };
    }
  }
}

/** Octets that do not compress, the same for the same number. */
function noise(number: number, octets: number): Buffer {
  const random = chance(number + 77);
  const filling = Buffer.allocUnsafe(octets);
  for (let at = 0; at + 4 <= octets; at += 4) filling.writeUInt32LE(random.below(2 ** 32), at);
  return octets % 4 === 0 ? filling : randomFillSync(filling, octets - (octets % 4));
}
