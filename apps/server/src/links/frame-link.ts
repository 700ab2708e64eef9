import type { Socket } from 'node:net';
import { deserialize, serialize } from 'node:v8';

/** Largest frame between two processes, in octets. Bodies never cross; references, facts and words do. */
export const FRAME_LIMIT_OCTETS = 64 * 1024 * 1024;

/**
 * One end of a line between two of our own processes of one release: messages as length-capped frames
 * (4 octets length, then V8's structured clone). All messages of one turn leave in one write.
 */
export interface FrameLink<Sent, Received> {
  send(message: Sent): void;
  /** Messages sent and not yet taken by the kernel, in octets. */
  readonly backlogOctets: number;
  /** Ends the line when what was sent has left. */
  close(): void;
  /** Ends the line at once: nothing more is taken from the other side. */
  destroy(): void;
  readonly closed: Promise<void>;
  /** What arrives, in order; replaced as a whole by assignment. */
  onMessage: (message: Received) => void;
}

/** Speaks frames over a connected stream socket. A frame over the limit or that cannot be read ends the line. */
export function frameLink<Sent, Received>(socket: Socket, onFault: (error: Error) => void): FrameLink<Sent, Received> {
  let waiting: Buffer[] = [];
  let flushing = false;
  const { promise: closed, resolve: setClosed } = Promise.withResolvers<void>();
  const flush = () => {
    flushing = false;
    const parts = waiting;
    waiting = [];
    if (!socket.destroyed) socket.write(parts.length === 1 ? parts[0]! : Buffer.concat(parts));
  };
  const link: FrameLink<Sent, Received> = {
    onMessage: () => undefined,
    closed,
    get backlogOctets() {
      return socket.writableLength;
    },
    send(message) {
      if (socket.destroyed) return;
      const body = serialize(message);
      const head = Buffer.allocUnsafe(4);
      head.writeUInt32LE(body.length);
      waiting.push(head, body);
      if (!flushing) {
        flushing = true;
        setImmediate(flush);
      }
    },
    close: () => {
      if (waiting.length > 0) flush();
      socket.end();
    },
    destroy: () => void socket.destroy(),
  };
  const fail = (error: Error) => {
    socket.destroy();
    onFault(error);
  };
  socket.on(
    'data',
    frameReader((message) => {
      if (!socket.destroyed) link.onMessage(message as Received);
    }, fail),
  );
  socket.on('error', fail);
  socket.on('close', () => setClosed());
  return link;
}

/** Cuts a stream of octets into frames and hands each one's message on. */
export function frameReader(
  onMessage: (message: unknown) => void,
  onFault: (error: Error) => void,
): (chunk: Buffer) => void {
  let held: Buffer = Buffer.alloc(0);
  let parts: Buffer[] = [];
  let missing = 0;
  return (chunk) => {
    if (missing > chunk.length) {
      parts.push(chunk);
      missing -= chunk.length;
      return;
    }
    held = parts.length > 0 || held.length > 0 ? Buffer.concat([held, ...parts, chunk]) : chunk;
    parts = [];
    missing = 0;
    let at = 0;
    while (held.length - at >= 4) {
      const length = held.readUInt32LE(at);
      if (length > FRAME_LIMIT_OCTETS)
        return onFault(new Error(`Cannot read a frame of ${length} octets: the limit is ${FRAME_LIMIT_OCTETS}`));
      if (held.length - at - 4 < length) {
        missing = length - (held.length - at - 4);
        break;
      }
      try {
        onMessage(deserialize(held.subarray(at + 4, at + 4 + length)));
      } catch (cause) {
        return onFault(new Error(`Cannot handle a frame: ${(cause as Error).message}`, { cause }));
      }
      at += 4 + length;
    }
    held = at === 0 ? held : held.subarray(at);
  };
}
