import type { Envelope, SmtpClient } from '@sekisho/terms';
import type { Session } from './session.ts';
import type { Transaction } from './transaction.ts';

/** What SMTP said about the message of a transaction. */
export function formEnvelope(session: Session, transaction: Transaction, receivedAt: number): Envelope {
  const { parameters } = transaction;
  return {
    tenant: transaction.tenant!,
    direction: transaction.submitsFor === null ? 'reception' : 'submission',
    reversePath: transaction.reversePath,
    forwardPaths: transaction.forwardPaths,
    smtpUtf8: parameters.smtpUtf8,
    body: parameters.body,
    dsn: {
      ...(parameters.ret === undefined ? {} : { ret: parameters.ret }),
      ...(parameters.envelopeId === undefined ? {} : { envelopeId: parameters.envelopeId }),
    },
    client: clientOf(session, parameters.smtpUtf8),
    receivedAt,
  };
}

function clientOf(session: Session, smtpUtf8: boolean): SmtpClient {
  const { hello, tls } = session;
  const client = {
    ip: session.ip,
    port: session.port,
    ehlo: session.statedName ?? hello!.name,
    protocol: protocolOf(hello!.isExtended, tls !== null, smtpUtf8),
    listener: session.listener,
  };
  return tls === null ? client : { ...client, tls };
}

/** The name of the protocol for Received (RFC 3848, RFC 6531 §4.3). */
function protocolOf(isExtended: boolean, isSecured: boolean, smtpUtf8: boolean): SmtpClient['protocol'] {
  if (!isExtended) return 'SMTP';
  if (smtpUtf8) return isSecured ? 'UTF8SMTPS' : 'UTF8SMTP';
  return isSecured ? 'ESMTPS' : 'ESMTP';
}
