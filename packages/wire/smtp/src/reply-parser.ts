import type { Reply } from '@sekisho/terms';
import { ReplySyntaxError } from './errors.ts';
import { LineSplitter } from './line-splitter.ts';

/** A server's reply: always with one text for each of its lines. */
export interface ServerReply extends Reply {
  readonly text: readonly string[];
}

/** Octets of one reply line; RFC 5321 §4.5.3.1.5 says 512, some servers say more. */
const LINE_OCTETS = 4096;
const LINES = 256;

/**
 * The client's side of replies (RFC 5321 §4.2): octets in, whole replies out. Bounded; control characters in texts
 * become `?`, so that a text can be shown, logged and put into a report. Throws {@link ReplySyntaxError}, after which
 * the connection is of no use.
 */
export class ReplyParser {
  readonly #lines = new LineSplitter(LINE_OCTETS);
  #code = 0;
  #enhanced: string | undefined;
  #texts: string[] = [];

  /**
   * True while octets wait that are not yet a whole reply. Behind the 220 of STARTTLS that means somebody injected
   * them (RFC 3207 §6): give the connection up.
   */
  get hasUnread(): boolean {
    return this.#lines.unreadOctets > 0 || this.#texts.length > 0;
  }

  push(chunk: Buffer): ServerReply[] {
    this.#lines.push(chunk);
    const replies: ServerReply[] = [];
    for (;;) {
      const before = this.#lines.unreadOctets;
      const line = this.#lines.next();
      if (line === null) {
        if (before >= LINE_OCTETS) throw new ReplySyntaxError('a line has no end', '');
        return replies;
      }
      if (typeof line !== 'string') {
        if (line.fault !== 'not-utf8') throw new ReplySyntaxError(line.fault, '');
        if (this.#texts.length === 0) throw new ReplySyntaxError(line.fault, '');
        continue;
      }
      const reply = this.#line(line);
      if (reply) replies.push(reply);
    }
  }

  #line(line: string): ServerReply | null {
    const found = /^([2-5][0-9]{2})(?:([ -])(?:([245]\.[0-9]{1,3}\.[0-9]{1,3})(?: |$))?(.*))?$/su.exec(line);
    if (!found) throw new ReplySyntaxError('no code', printable(line));
    const code = Number(found[1]);
    if (this.#texts.length === 0) {
      this.#code = code;
      this.#enhanced = found[3];
    } else if (code !== this.#code) {
      throw new ReplySyntaxError(`a line of ${code} inside a reply of ${this.#code}`, printable(line));
    }
    if (this.#texts.length >= LINES) throw new ReplySyntaxError('too many lines', printable(line));
    this.#texts.push(printable(found[4] ?? ''));
    if (found[2] === '-') return null;
    const text = this.#texts;
    this.#texts = [];
    return { code, ...(this.#enhanced === undefined ? {} : { enhanced: this.#enhanced }), text };
  }
}

const printable = (text: string) => text.replace(/[\x00-\x1f\x7f-\x9f\u2028\u2029]/g, '?');
