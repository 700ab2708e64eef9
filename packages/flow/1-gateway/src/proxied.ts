import type { Socket } from 'node:net';
import { parseProxyHeader } from '@sekisho/smtp';

/** The client behind a proxy, and the octets that came with the header. `null`: the proxy speaks for itself. */
export interface Proxied {
  readonly source: { readonly ip: string; readonly port: number } | null;
  readonly early: Buffer;
}

/** Waits for the PROXY v2 header that opens a proxy's connection; without a whole one in time the connection ends. */
export function readProxied(
  socket: Socket,
  deadlineMs: number,
  done: (proxied: Proxied) => void,
  failed: (error: unknown) => void,
): void {
  let octets = Buffer.alloc(0);
  const timer = setTimeout(() => socket.destroy(), deadlineMs);
  const stop = () => {
    clearTimeout(timer);
    socket.off('data', read);
    socket.off('close', stop);
    socket.off('end', gone);
  };
  const gone = () => socket.destroy();
  const read = (chunk: Buffer) => {
    octets = Buffer.concat([octets, chunk]);
    try {
      const header = parseProxyHeader(octets);
      if (header === null) return;
      stop();
      socket.pause();
      done({ source: header.source, early: octets.subarray(header.lengthOctets) });
    } catch (error) {
      stop();
      socket.destroy();
      failed(error);
    }
  };
  socket.on('data', read);
  socket.on('close', stop);
  socket.on('end', gone);
}
