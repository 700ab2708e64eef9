import { formatAddress, type ReversePath } from '@sekisho/terms';

/** One message of an mbox file. */
export interface MboxMessage {
  readonly reversePath: ReversePath;
  readonly receivedAt: number;
  readonly octets: AsyncIterable<Buffer> | Iterable<Buffer>;
}

const LF = 0x0a;
const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/**
 * Messages as one mbox file (RFC 4155) with the quoting of mboxrd: every line of `From ` behind any number of `>` gets
 * one more `>`, so that taking one away gives the message back. Lines end in LF, as readers of mbox expect.
 */
export async function* formatMbox(
  messages: AsyncIterable<MboxMessage> | Iterable<MboxMessage>,
): AsyncGenerator<Buffer, void, void> {
  for await (const message of messages) {
    yield Buffer.from(fromLine(message.reversePath, message.receivedAt));
    const quoter = new LineQuoter();
    for await (const chunk of message.octets) yield quoter.take(chunk);
    yield quoter.end();
  }
}

/** `From address date`, the date in UTC as asctime() writes it. A space in an address would end it early. */
function fromLine(reversePath: ReversePath, receivedAt: number): string {
  const at = new Date(receivedAt);
  const sender = reversePath ? formatAddress(reversePath).replace(/[\s\p{Cc}]/gu, '_') : 'MAILER-DAEMON';
  const day = `${DAYS[at.getUTCDay()]} ${MONTHS[at.getUTCMonth()]} ${String(at.getUTCDate()).padStart(2, ' ')}`;
  return `From ${sender} ${day} ${at.toISOString().slice(11, 19)} ${at.getUTCFullYear()}\n`;
}

/** Turns CRLF into LF and quotes; keeps back the begin of a line that may become `From `. */
class LineQuoter {
  #kept = '';
  #atLineStart = true;

  take(chunk: Buffer): Buffer {
    const text = this.#kept + chunk.toString('latin1');
    const keep = this.#keepFrom(text);
    this.#kept = text.slice(keep);
    return this.#quote(text.slice(0, keep));
  }

  /** What was kept back, the last line end and the empty line behind the message. */
  end(): Buffer {
    const rest = this.#quote(this.#kept);
    return Buffer.concat([rest, Buffer.from(this.#atLineStart ? '\n' : '\n\n')]);
  }

  #keepFrom(text: string): number {
    const line = text.lastIndexOf('\n') + 1;
    const isLineStart = line > 0 || this.#atLineStart;
    if (isLineStart && /^>*(F|Fr|Fro|From)?$/.test(text.slice(line))) return line;
    return text.endsWith('\r') ? text.length - 1 : text.length;
  }

  #quote(text: string): Buffer {
    if (text === '') return Buffer.alloc(0);
    const lines = text.replaceAll('\r\n', '\n');
    const quoted = lines.replace(/(^|\n)(>*From )/g, (text, end: string, line: string) =>
      end !== '' || this.#atLineStart ? `${end}>${line}` : text,
    );
    const octets = Buffer.from(quoted, 'latin1');
    this.#atLineStart = octets[octets.length - 1] === LF;
    return octets;
  }
}
