import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { systemClock, zoneResolver } from '@sekisho/ports';
import type { Envelope, Fact, Json, TenantId } from '@sekisho/terms';
import { checkInspection } from '../check-inspection.ts';
import type { Wishes } from '../inspect-message.ts';
import type { Inspection } from '../inspection.ts';
import { type InspectorOptions, openInspector } from '../open-inspector.ts';

const FIXTURES = new URL('../../../../../fixtures/mail/', import.meta.url);

/** A generated mail of the project, unpacked. */
export function fixture(path: string): Buffer {
  const octets = readFileSync(new URL(path, FIXTURES));
  return path.endsWith('.gz') ? gunzipSync(octets) : octets;
}

/** The `expected.json` of a folder of generated mail. */
export function expectedOf(folder: string): Readonly<Record<string, Readonly<Record<string, unknown>>>> {
  return JSON.parse(fixture(`${folder}/expected.json`).toString('utf8')) as never;
}

export function testEnvelope(change: Partial<Envelope> = {}): Envelope {
  return {
    tenant: 'tenant00000000001' as TenantId,
    direction: 'reception',
    reversePath: { localPart: 'a', domain: 'sekisho.example' },
    forwardPaths: [{ address: { localPart: 'b', domain: 'sekisho.example' } }],
    smtpUtf8: false,
    body: '8bitmime',
    dsn: {},
    client: { ip: '192.0.2.1', port: 1025, ehlo: 'mx.sekisho.example', protocol: 'ESMTP', listener: 'smtp' },
    receivedAt: Date.UTC(2025, 10, 10),
    ...change,
  };
}

export type MailToInspect = Partial<InspectorOptions> & { readonly envelope?: Envelope; readonly wishes?: Wishes };

/** Inspects one mail with DNS that knows nothing and antivirus switched off, and checks the reply as the core does. */
export async function inspectMail(raw: Buffer | string, options: MailToInspect = {}): Promise<Inspection> {
  const { envelope = testEnvelope(), wishes = {}, ...rest } = options;
  await using inspector = openInspector({
    resolver: zoneResolver({}),
    authservId: 'mx.sekisho.example',
    clamd: null,
    clock: systemClock(),
    ...rest,
  });
  return checkInspection(await inspector.inspect(Buffer.from(raw), envelope, wishes));
}

/** The values of all facts of one name. */
export function factsNamed(facts: readonly Fact[], name: string): Json[] {
  return facts.filter((fact) => fact.name === name).map((fact) => fact.value);
}

/** A mail with one attachment in Base64. */
export function mailWith(octets: Buffer, name: string, mediaType = 'application/octet-stream'): string {
  return [
    'From: a@sekisho.example',
    'To: b@sekisho.example',
    'Subject: attached',
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary=x',
    '',
    '--x',
    '',
    'see file',
    '--x',
    `Content-Type: ${mediaType}`,
    'Content-Transfer-Encoding: base64',
    `Content-Disposition: attachment; filename*=UTF-8''${encodeURIComponent(name)}`,
    '',
    ...(octets.toString('base64').match(/.{1,76}/g) ?? []),
    '--x--',
    '',
  ].join('\r\n');
}

/** The same, with the whole multipart in Base64 against RFC 2045 §6.4, as some readers take it. */
export function encodedMailWith(octets: Buffer, name: string): string {
  const mail = mailWith(octets, name);
  const body = mail.slice(mail.indexOf('\r\n\r\n') + 4);
  return [
    'From: a@sekisho.example',
    'Content-Type: multipart/mixed; boundary=x',
    'Content-Transfer-Encoding: base64',
    '',
    ...(Buffer.from(body)
      .toString('base64')
      .match(/.{1,76}/g) ?? []),
    '',
  ].join('\r\n');
}
