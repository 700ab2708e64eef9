/** Journal rows for tests of whoever archives, searches or exports. */
import { createHash } from 'node:crypto';
import { type Disposition, type Envelope, formatSpoolId, type SpoolId, type TenantId } from '@sekisho/terms';
import { indexText } from '@sekisho/words';
import type { JournalRow } from './journal-row.ts';

/** What a test says of a message; everything else is made up from `number`. */
export interface TestMessage {
  readonly number: number;
  readonly subject?: string;
  readonly body?: string;
  readonly from?: { readonly name: string; readonly address: string };
  readonly to?: { readonly name: string; readonly address: string };
  /** Forward-paths; the address in `to` when absent. */
  readonly forwardPaths?: readonly string[];
  readonly reversePath?: string | null;
  readonly names?: string;
  readonly attached?: string;
  readonly attachmentTypes?: readonly string[];
  readonly receivedAt?: number;
  readonly sizeOctets?: number;
  readonly messageId?: string | null;
  readonly disposition?: Disposition;
  readonly direction?: Envelope['direction'];
  readonly indexedAll?: boolean;
}

/** The spool id of the message of this number. */
export function testSpoolId(number: number): SpoolId {
  return formatSpoolId(0, 1_763_600_000_000 + Math.floor(number / 1000), 64 * (number % 1000));
}

const addressOf = (text: string) => {
  const at = text.lastIndexOf('@');
  return { localPart: text.slice(0, at), domain: text.slice(at + 1) };
};

/** The time at which message 0 of a test was received. */
export const TEST_START = Date.UTC(2026, 10, 20, 3, 0, 0);

/** A row as the path of a message hands it in; each message is received one second after the one before. */
export function testRow(message: TestMessage): JournalRow {
  const { number, subject = `件名 ${number}`, body = '' } = message;
  const from = message.from ?? { name: '山田 花子', address: 'hanako@partner.example' };
  const to = message.to ?? { name: '', address: 'taro@customer.example' };
  const forwardPaths = (message.forwardPaths ?? [to.address]).map((one) => ({ address: addressOf(one) }));
  const reversePath = message.reversePath === null ? null : addressOf(message.reversePath ?? from.address);
  const receivedAt = message.receivedAt ?? TEST_START + number * 1000;
  const types = message.attachmentTypes ?? [];
  const envelope: Envelope = {
    tenant: 'tenantone0' as TenantId,
    direction: message.direction ?? 'reception',
    reversePath,
    forwardPaths,
    smtpUtf8: false,
    body: '8bitmime',
    dsn: {},
    client: { ip: '192.0.2.1', port: 40000, ehlo: 'mx.partner.example', protocol: 'ESMTPS', listener: 'smtp' },
    receivedAt,
  };
  const digest = (label: string) => createHash('sha256').update(`${label} ${number}`).digest();
  return {
    spoolId: testSpoolId(number),
    envelope,
    sizeOctets: message.sizeOctets ?? 4096,
    rawSha256: digest('raw'),
    deliveredSha256: digest('delivered'),
    place: { pack: 'standard.202611.0123456789abcdef.pack', offset: number * 4096, length: 4096 },
    wrappedKey: Buffer.alloc(60, number % 256),
    tree: Buffer.alloc(200, 1),
    facts: [
      { name: 'message/size', value: message.sizeOctets ?? 4096 },
      { name: 'antivirus/verdict', value: { state: 'clean' } },
    ],
    plan: {
      policyVersion: 'abcdef012345',
      decidedAt: receivedAt + 20,
      decisions: forwardPaths.map(({ address }) => ({
        forwardPath: address,
        disposition: message.disposition ?? { kind: 'deliver' },
        transformations: [],
        rule: 'default',
        why: { ja: '止める理由がない → 配送する', en: 'nothing speaks against it → deliver' },
      })),
    },
    prefix: Buffer.from('Received: from mx.partner.example by mx.customer.example\r\n'),
    omitted: [],
    summary: {
      subject,
      from: [from],
      to: [to],
      cc: [],
      date: receivedAt - 500,
      messageId: message.messageId === undefined ? `${number}@partner.example` : message.messageId,
      attachmentCount: types.length,
    },
    attachmentKinds: types,
    words: {
      subject: indexText(subject),
      from: indexText(`${from.name} ${from.address}`),
      to: indexText(`${to.name} ${to.address}`),
      body: indexText(body),
      names: indexText(message.names ?? ''),
      attached: indexText(message.attached ?? ''),
    },
    indexedAll: message.indexedAll ?? true,
  };
}
