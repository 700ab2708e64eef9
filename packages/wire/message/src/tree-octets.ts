import { TreeFormatError } from './errors.ts';

/** Strings that trees hold most: written as one number. Only ever appended to, within one TREE_VERSION. */
const COMMON: readonly string[] = [
  ...['received', 'from', 'to', 'cc', 'bcc', 'subject', 'date', 'message-id', 'in-reply-to', 'references', 'reply-to'],
  ...['sender', 'return-path', 'mime-version', 'content-type', 'content-transfer-encoding', 'content-disposition'],
  ...['content-id', 'content-language', 'content-description', 'dkim-signature', 'authentication-results'],
  ...['arc-seal', 'arc-message-signature', 'arc-authentication-results', 'received-spf', 'delivered-to', 'user-agent'],
  ...['x-mailer', 'x-priority', 'importance', 'precedence', 'auto-submitted', 'list-id', 'list-unsubscribe'],
  ...['list-unsubscribe-post', 'list-post', 'list-help', 'list-archive', 'feedback-id', 'x-spam-status', 'errors-to'],
  ...['thread-topic', 'thread-index', 'x-originating-ip', 'organization', 'domainkey-signature', 'resent-from'],
  ...['text', 'plain', 'html', 'calendar', 'csv', 'multipart', 'mixed', 'alternative', 'related', 'report', 'signed'],
  ...['digest', 'message', 'rfc822', 'delivery-status', 'application', 'octet-stream', 'pdf', 'zip', 'image', 'jpeg'],
  ...['png', 'gif', '7bit', '8bit', 'binary', 'base64', 'quoted-printable', 'uuencode', 'unknown', 'attachment'],
  ...['inline', 'charset', 'boundary', 'name', 'format', 'delsp', 'flowed', 'type', 'method', 'report-type', 'utf-8'],
  ...['UTF-8', 'us-ascii', 'iso-2022-jp', 'ISO-2022-JP', 'shift_jis', 'Shift_JIS', 'iso-8859-1', 'windows-1252'],
  ...['euc-jp', 'x-msmail-priority', 'x-mimeole', 'yes', ''],
];

const NUMBER_OF = new Map(COMMON.map((text, index) => [text, index]));

/** Writes numbers (LEB128) and strings behind one another. */
export class OctetWriter {
  #octets = Buffer.allocUnsafe(1_024);
  #length = 0;

  #reserve(count: number): void {
    if (this.#length + count <= this.#octets.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#octets.length * 2, this.#length + count));
    this.#octets.copy(larger, 0, 0, this.#length);
    this.#octets = larger;
  }

  number(value: number): void {
    this.#reserve(8);
    let rest = value;
    for (; rest > 127; rest = Math.floor(rest / 128)) this.#octets[this.#length++] = (rest & 127) | 128;
    this.#octets[this.#length++] = rest;
  }

  string(text: string): void {
    const common = NUMBER_OF.get(text);
    if (common !== undefined) {
      this.number(common * 2 + 1);
      return;
    }
    const size = Buffer.byteLength(text);
    this.number(size * 2);
    this.#reserve(size);
    this.#length += this.#octets.write(text, this.#length);
  }

  take(): Buffer {
    return Buffer.from(this.#octets.subarray(0, this.#length));
  }
}

/** Reads what `OctetWriter` wrote; whatever else it is given ends in a TreeFormatError. */
export class OctetReader {
  readonly #octets: Buffer;
  #at = 0;

  constructor(octets: Buffer) {
    this.#octets = octets;
  }

  get rest(): number {
    return this.#octets.length - this.#at;
  }

  number(): number {
    let value = 0;
    for (let factor = 1; factor <= 2 ** 49; factor *= 128) {
      const octet = this.#octets[this.#at++];
      if (octet === undefined) throw new TreeFormatError('it ends too soon');
      value += (octet & 127) * factor;
      if (octet < 128) return value;
    }
    throw new TreeFormatError('a number is too long');
  }

  /** A number of things to follow, each at least one octet long. */
  count(): number {
    const count = this.number();
    if (count > this.rest) throw new TreeFormatError(`${count} entries in ${this.rest} octets`);
    return count;
  }

  string(): string {
    const head = this.number();
    if (head % 2 === 1) {
      const text = COMMON[(head - 1) / 2];
      if (text === undefined) throw new TreeFormatError(`no common string ${(head - 1) / 2}`);
      return text;
    }
    const size = head / 2;
    if (size > this.rest) throw new TreeFormatError(`a string of ${size} octets in ${this.rest}`);
    this.#at += size;
    return this.#octets.toString('utf8', this.#at - size, this.#at);
  }
}
