import { type Command, formatReply, parseCommand } from '@sekisho/smtp';
import type { Answer, Session } from '../session.ts';
import { data } from './data.ts';
import { hello } from './hello.ts';
import { mail } from './mail.ts';
import { help, noop, quit, reset, verify } from './other.ts';
import { rcpt } from './rcpt.ts';
import { startTls } from './starttls.ts';
import { xclient } from './xclient.ts';

/** Words that begin a request of HTTP: nothing behind them can be a command (RFC 9110 §9). */
const FOREIGN = new Set(['GET', 'POST', 'PUT', 'HEAD', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH', 'PRI']);

/** Obeys one command line and gives the reply, or the promise of it. */
export function run(session: Session, line: string): Answer {
  const command: Command = parseCommand(line);
  switch (command.verb) {
    case 'MAIL':
      return mail(session, command);
    case 'RCPT':
      return rcpt(session, command);
    case 'DATA':
      return data(session);
    case 'EHLO':
    case 'HELO':
      return hello(session, command);
    case 'RSET':
      return reset(session);
    case 'NOOP':
      return noop(session);
    case 'QUIT':
      return quit(session);
    case 'STARTTLS':
      return startTls(session);
    case 'XCLIENT':
      return xclient(session, command);
    case 'VRFY':
      return verify(session);
    case 'HELP':
      return help(session);
    case 'EXPN':
    case 'AUTH':
      return session.refuse('not-implemented');
    case 'BDAT':
      return session.refuse('chunking');
    case 'unknown':
      return session.refuse(FOREIGN.has(command.word) ? 'foreign-protocol' : 'unknown-command');
    case 'fault':
      return session.refuseWith('syntax', formatReply(command.refusal.reply), command.refusal.reply.code);
  }
}
