import { ClamdError } from '../errors.ts';
import { type ClamdAddress, connectClamd } from './clamd-address.ts';

const MAX_REPLY_OCTETS = 4096;

/** Asks clamd one question on a connection of its own: `PING` → `PONG`, `VERSION` → engine and signature versions. */
export function askClamd(address: ClamdAddress, question: 'PING' | 'VERSION', timeoutMs: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connectClamd(address);
    let reply = '';
    const fail = (error: ClamdError) => {
      socket.destroy();
      reject(error);
    };
    const timer = setTimeout(
      () => fail(new ClamdError('deadline', `Cannot ask clamd ${question}: no answer in ${timeoutMs} ms`)),
      timeoutMs,
    );
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => {
      reply += text;
      if (reply.length > MAX_REPLY_OCTETS)
        fail(new ClamdError('bad-reply', `Cannot ask clamd ${question}: endless answer`));
    });
    socket.on('error', (cause) =>
      fail(new ClamdError('unreachable', `Cannot ask clamd ${question}: ${cause.message}`, { cause })),
    );
    socket.on('close', () => {
      clearTimeout(timer);
      resolve(reply.replace(/[\0\n].*$/s, ''));
    });
    socket.write(`z${question}\0`);
  });
}
