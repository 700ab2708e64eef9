/** Envelopes for tests of whoever decides. */
import type { Envelope, TenantId } from '@sekisho/terms';

/** An address out of its usual spelling. */
export const address = (text: string) => {
  const at = text.lastIndexOf('@');
  return { localPart: text.slice(0, at), domain: text.slice(at + 1) };
};

/** A reception from `hanako@partner.example` to `taro@customer.example`, changed as asked. */
export function testEnvelope(
  to: readonly string[] = ['taro@customer.example'],
  change: Partial<Envelope> = {},
): Envelope {
  return {
    tenant: 'aaaaaaaaaa' as TenantId,
    direction: 'reception',
    reversePath: address('hanako@partner.example'),
    forwardPaths: to.map((one) => ({ address: address(one) })),
    smtpUtf8: false,
    body: '7bit',
    dsn: {},
    client: { ip: '192.0.2.1', port: 40000, ehlo: 'mx.partner.example', protocol: 'ESMTP', listener: 'smtp' },
    receivedAt: Date.UTC(2026, 10, 20, 3, 0, 0),
    ...change,
  };
}
