import { spawn } from 'node:child_process';
import { createServer, type Socket } from 'node:net';
import { sleep, until } from './bench.ts';
import { endWithUs } from './processes.ts';

/** A next hop that takes everything and counts: Postfix's own `smtp-sink`, the same kind behind both sides. */
export interface Sink {
  readonly port: number;
  /** Messages taken so far. */
  count(): number;
  /** Resolves when so many more have come than at `before`; rejects when nothing comes for too long. */
  waitFor(messages: number, before: number): Promise<void>;
  stop(): void;
}

const PATIENCE_MS = 60_000;

export async function startSink(port: number): Promise<Sink> {
  const child = spawn('smtp-sink', ['-c', '-u', 'root', `127.0.0.1:${port}`, '1000'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  endWithUs(child);
  let taken = 0;
  let lastAt = performance.now();
  child.stdout.on('data', (chunk: Buffer) => {
    const text = chunk.toString('latin1');
    const at = text.lastIndexOf('mesg=', text.lastIndexOf('\r'));
    const found = /^mesg=(\d+)\s/.exec(text.slice(Math.max(0, at)));
    if (!found) return;
    taken = Number(found[1]);
    lastAt = performance.now();
  });
  await sleep(200);
  return {
    port,
    count: () => taken,
    async waitFor(messages, before) {
      lastAt = performance.now();
      while (taken - before < messages) {
        if (performance.now() - lastAt > PATIENCE_MS)
          throw new Error(`${taken - before} of ${messages} messages came to the sink, and then none for a minute`);
        await sleep(2);
      }
      if (taken - before > messages)
        throw new Error(`${taken - before} messages came to the sink instead of ${messages}`);
    },
    stop: () => void child.kill(),
  };
}

/** A next hop that keeps what comes, with the time of each: for few messages. */
export interface KeepingSink {
  readonly port: number;
  readonly messages: readonly { readonly raw: Buffer; readonly at: number }[];
  /** Resolves with the first message of which this holds. */
  find(is: (raw: Buffer) => boolean): Promise<{ readonly raw: Buffer; readonly at: number }>;
  stop(): void;
}

export async function startKeepingSink(port: number): Promise<KeepingSink> {
  const messages: { raw: Buffer; at: number }[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    serveSession(socket, (raw) => messages.push({ raw, at: performance.now() }));
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    port,
    messages,
    async find(is) {
      await until(() => messages.some(({ raw }) => is(raw)), 'a message comes to the sink', PATIENCE_MS, 2);
      return messages.find(({ raw }) => is(raw))!;
    },
    stop() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

const END = Buffer.from('\r\n.\r\n');

function serveSession(socket: Socket, keep: (raw: Buffer) => void): void {
  let held: Buffer = Buffer.alloc(0);
  let isData = false;
  socket.write('220 sink.test ESMTP\r\n');
  socket.on('data', (chunk: Buffer) => {
    held = Buffer.concat([held, chunk]);
    for (;;) {
      const end = held.indexOf(isData ? END : '\r\n');
      if (end < 0) return;
      const piece = held.subarray(0, end);
      held = held.subarray(end + (isData ? END.length : 2));
      if (isData) {
        keep(Buffer.from(piece));
        isData = false;
        socket.write('250 2.0.0 kept\r\n');
        continue;
      }
      const verb = piece.toString('latin1').slice(0, 4).toUpperCase();
      isData = verb === 'DATA';
      if (verb === 'QUIT') return void socket.end('221 2.0.0 bye\r\n');
      if (verb === 'EHLO') socket.write('250-sink.test\r\n250-PIPELINING\r\n250 8BITMIME\r\n');
      else socket.write(isData ? '354 go on\r\n' : '250 2.0.0 good\r\n');
    }
  });
}
