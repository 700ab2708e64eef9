import type { Socket } from 'node:net';
import { type SecureContext, TLSSocket } from 'node:tls';
import type { SmtpClient } from '@sekisho/terms';

/** What came of a TLS handshake. */
export type HandshakeOutcome =
  | { readonly kind: 'secured'; readonly facts: NonNullable<SmtpClient['tls']> }
  | { readonly kind: 'failed'; readonly error: unknown };

/** Lays TLS over a connection, as the server. Nobody else may read from `plain` any more. */
export function secure(
  plain: Socket,
  context: SecureContext,
  askClient: boolean,
  done: (outcome: HandshakeOutcome) => void,
): TLSSocket {
  plain.removeAllListeners('data');
  plain.removeAllListeners('end');
  const socket = new TLSSocket(plain, {
    isServer: true,
    secureContext: context,
    requestCert: askClient,
    rejectUnauthorized: false,
  });
  let isDone = false;
  const finish = (outcome: HandshakeOutcome) => {
    if (isDone) return;
    isDone = true;
    done(outcome);
  };
  socket.on('secure', () => finish({ kind: 'secured', facts: factsOf(socket) }));
  socket.on('error', (error) => {
    finish({ kind: 'failed', error });
    socket.destroy();
  });
  socket.on('close', () => {
    finish({ kind: 'failed', error: null });
    plain.destroy();
  });
  return socket;
}

function factsOf(socket: TLSSocket): NonNullable<SmtpClient['tls']> {
  const facts = { version: socket.getProtocol() ?? 'unknown', cipher: socket.getCipher().name };
  const peerName = isVerified(socket) ? socket.getPeerCertificate()?.subject?.CN : undefined;
  return typeof peerName === 'string' ? { ...facts, peerName } : facts;
}

/** `authorized` is set by `tls.Server` alone, so a connection that began in the clear asks the handshake itself. */
function isVerified(socket: TLSSocket): boolean {
  const { ssl } = socket as TLSSocket & { readonly ssl?: { verifyError?(): Error | null } };
  return ssl?.verifyError?.() === null;
}
