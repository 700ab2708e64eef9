/** The sending end of `sender.ts`, in a process of its own: many sessions, commands pipelined (RFC 2920). */
import { connect, type Socket } from 'node:net';
import { formatData } from '@sekisho/smtp';
import type { SenderAnswer, SenderOrder } from './sender.ts';

const HELLO = Buffer.from('EHLO mx.sender.test\r\n');
let mails: readonly Buffer[] = [];

process.on('disconnect', () => process.exit(0));
process.on('message', (order: SenderOrder) => {
  if (order.kind === 'mails') {
    mails = order.mails.map((mail) => Buffer.concat(formatData([Buffer.from(mail)])));
    tell({ kind: 'ready' });
    return;
  }
  send(order).then(
    (seconds) => tell({ kind: 'sent', seconds }),
    (error: Error) => tell({ kind: 'failed', why: error.message }),
  );
});

const tell = (answer: SenderAnswer) => process.send!(answer);

async function send({ port, sessions, messages, recipients }: Extract<SenderOrder, { kind: 'send' }>): Promise<number> {
  const envelopes = recipients.map((recipient) =>
    Buffer.from(`MAIL FROM:<sender@sender.test>\r\nRCPT TO:<${recipient}>\r\nDATA\r\n`),
  );
  let next = 0;
  const started = performance.now();
  const take = () => {
    const at = next++;
    return at < messages ? { envelope: envelopes[at % envelopes.length]!, content: mails[at % mails.length]! } : null;
  };
  await Promise.all(
    Array.from({ length: Math.min(sessions, messages) }, () => session(connect(port, '127.0.0.1'), take)),
  );
  return (performance.now() - started) / 1000;
}

type Take = () => { readonly envelope: Buffer; readonly content: Buffer } | null;

/** One session: greeting, EHLO, then message after message; every reply must be the good one. */
function session(socket: Socket, take: Take): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let waitsFor: string[] = ['220'];
  let then = () => {
    socket.write(HELLO);
    [waitsFor, then] = [['250'], begin];
  };
  const begin = () => {
    const message = take();
    if (!message) {
      socket.end('QUIT\r\n');
      return resolve();
    }
    socket.write(message.envelope);
    [waitsFor, then] = [
      ['250', '250', '354'],
      () => {
        socket.write(message.content);
        [waitsFor, then] = [['250'], begin];
      },
    ];
  };
  let rest = '';
  socket.setNoDelay(true);
  socket.on('error', reject);
  socket.on('close', () => reject(new Error('The server closed the connection')));
  socket.on('data', (chunk) => {
    const lines = (rest + chunk.toString('latin1')).split('\r\n');
    rest = lines.pop()!;
    for (const line of lines) {
      if (line[3] === '-') continue;
      const wanted = waitsFor.shift();
      if (wanted === undefined || !line.startsWith(wanted)) {
        if (line.startsWith('221')) continue;
        reject(new Error(`The server said "${line}" and not ${wanted ?? 'nothing'}`));
        socket.destroy();
        return;
      }
      if (waitsFor.length === 0) then();
    }
  });
  return promise;
}
