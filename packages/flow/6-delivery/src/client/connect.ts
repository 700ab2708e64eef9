import { connect, type Socket } from 'node:net';
import { SessionFailedError } from '../errors.ts';
import { type ConnectGuard, guarded } from '../next-hop/guard.ts';
import type { Target } from '../next-hop/route.ts';

/** Opens a TCP connection to the very address that the guard has seen; nothing is looked up on the way. */
export function connectTo(target: Target, guard: ConnectGuard, connectMs: number): Promise<Socket> {
  const host = guarded(guard, target.address);
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port: target.port, noDelay: true, keepAlive: true });
    const where = `${target.host} [${host}]:${target.port}`;
    const fail = (why: string, cause?: unknown) => {
      clearTimeout(timer);
      socket.destroy();
      reject(new SessionFailedError('connect', `Cannot connect to ${where}: ${why}`, cause));
    };
    const timer = setTimeout(() => fail(`no answer within ${connectMs} ms`), connectMs);
    const failed = (error: NodeJS.ErrnoException) => fail(error.code ?? error.message, error);
    socket.once('error', failed);
    socket.once('connect', () => {
      clearTimeout(timer);
      socket.off('error', failed);
      resolve(socket);
    });
  });
}
