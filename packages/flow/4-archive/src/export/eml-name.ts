const LONGEST_OCTETS = 255;
const EXTENSION = '.eml';
const RESERVED = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;
/** Separators, what Windows refuses, controls, and marks that turn the direction of text around. */
const UNSAFE = /[\\/:*?"<>|\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/**
 * A file name for a message: time of arrival (UTC), subject, spool id. Safe on every file system: no separators,
 * controls or bidi marks, composed characters, never a reserved name, at most 255 octets of UTF-8.
 */
export function emlName(message: {
  readonly receivedAt: number;
  readonly subject: string;
  readonly spoolId: string;
}): string {
  const time = new Date(message.receivedAt).toISOString().replace(/[-:]/g, '').slice(0, 15);
  const tail = `_${message.spoolId}${EXTENSION}`;
  const subject = safeSubject(message.subject, LONGEST_OCTETS - Buffer.byteLength(`${time}_${tail}`));
  return subject ? `${time}_${subject}${tail}` : `${time}${tail}`;
}

function safeSubject(subject: string, longestOctets: number): string {
  const plain = subject
    .normalize('NFC')
    .replace(UNSAFE, ' ')
    .replace(/\s+/gu, '_')
    .replace(/^[._]+|[._]+$/g, '');
  let text = '';
  let octets = 0;
  for (const character of RESERVED.test(plain) ? `_${plain}` : plain) {
    octets += Buffer.byteLength(character);
    if (octets > longestOctets) break;
    text += character;
  }
  return text;
}
