import { createServer, type Socket } from 'node:net';

export interface ClamdSpeaker {
  readonly address: { readonly host: string; readonly port: number };
  /** Streams taken so far. */
  readonly streams: Buffer[];
  /** Connections opened so far. */
  readonly connections: Socket[];
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Says what to answer to a stream; `null` answers nothing. It may also destroy the socket. */
export type ClamdAnswer = (stream: Buffer, number: number, socket: Socket) => string | null;

/** Speaks clamd's session protocol on a real socket and answers as told, for tests of time-outs, garbage and outages. */
export async function speakClamd(answer: ClamdAnswer): Promise<ClamdSpeaker> {
  const streams: Buffer[] = [];
  const connections: Socket[] = [];
  const server = createServer((socket) => {
    connections.push(socket);
    let received: Buffer = Buffer.alloc(0);
    let number = 0;
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      for (;;) {
        const taken = takeStream(received);
        if (!taken) return;
        received = taken.rest;
        streams.push(taken.stream);
        number += 1;
        const reply = answer(taken.stream, number, socket);
        if (reply !== null) socket.write(reply);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const close = () =>
    new Promise<void>((resolve) => {
      for (const socket of connections) socket.destroy();
      server.close(() => resolve());
    });
  return { address: { host: '127.0.0.1', port }, streams, connections, close, [Symbol.asyncDispose]: close };
}

function takeStream(received: Buffer): { stream: Buffer; rest: Buffer } | null {
  const command = received.indexOf('zINSTREAM\0');
  if (command < 0) return null;
  const chunks: Buffer[] = [];
  let at = command + 'zINSTREAM\0'.length;
  while (at + 4 <= received.length) {
    const length = received.readUInt32BE(at);
    at += 4;
    if (length === 0) return { stream: Buffer.concat(chunks), rest: received.subarray(at) };
    chunks.push(received.subarray(at, at + length));
    at += length;
  }
  return null;
}
