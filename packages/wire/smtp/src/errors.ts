import { type Reply, SekishoError } from '@sekisho/terms';

/** Ends one command: the peer gets the reply, the operator the message. */
export class SmtpRefusal extends SekishoError {
  readonly reply: Reply;

  constructor(reply: Reply, message: string, options: { detail?: Record<string, unknown>; cause?: unknown } = {}) {
    super('smtp-refusal', message, options);
    this.reply = reply;
  }
}

/** A message cannot be sent as DATA: it holds a CR without LF or a LF without CR (RFC 5321 §2.3.8). */
export class BareLineEndError extends SekishoError {
  constructor(octet: 'CR' | 'LF', offset: number) {
    super('bare-line-end', `Cannot format the message for DATA: bare ${octet} at octet ${offset}`, {
      detail: { octet, offset },
    });
  }
}

/** A server said something that is not a reply (RFC 5321 §4.2), or more of it than anybody reads. */
export class ReplySyntaxError extends SekishoError {
  constructor(why: string, line: string) {
    super('reply-syntax', `Cannot parse the server's reply: ${why}: "${line.slice(0, 200)}"`, { detail: { line } });
  }
}

/** A PROXY protocol header cannot be read, so nobody knows who the client is. */
export class ProxyHeaderError extends SekishoError {
  constructor(why: string) {
    super('proxy-header', `Cannot parse the PROXY v2 header: ${why}`);
  }
}
