import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { Envelope, Fact, Plan } from '@sekisho/terms';
import { SekishoError } from '@sekisho/terms';

/** What the journal keeps of a message as JSON. */
export interface Details {
  readonly envelope: Envelope;
  readonly plan: Plan;
  readonly facts: readonly Fact[];
}

/** First octet of packed details: which dictionary unpacks them. A dictionary that was released never changes. */
const VERSION = 1;
const MOST_OCTETS = 64 * 1024 * 1024;

/** Packs details into about a quarter of their JSON: records would otherwise take as much room as the index. */
export function packDetails(details: Details): Buffer {
  const { envelope, plan, facts } = details;
  const json = JSON.stringify({ facts, envelope, plan });
  const packed = deflateRawSync(json, { level: 2, memLevel: 4, windowBits: 12, dictionary: DICTIONARY });
  return Buffer.concat([Buffer.of(VERSION), packed]);
}

/** Reads what {@link packDetails} wrote. */
export function unpackDetails(octets: Buffer): Details {
  if (octets[0] !== VERSION)
    throw new SekishoError(
      'archive.details-version',
      `Cannot read details of version ${octets[0]}: known is ${VERSION}`,
    );
  const json = inflateRawSync(octets.subarray(1), { dictionary: DICTIONARY, maxOutputLength: MOST_OCTETS });
  return JSON.parse(json.toString()) as Details;
}

/** Texts that details are made of, the more frequent ones behind: nearer ones are cheaper to point at. */
const DICTIONARY = Buffer.from(
  JSON.stringify([
    { name: 'inspection/failed', value: { inspector: 'scan', why: '' } },
    { name: 'attachment/encrypted', value: [{ at: 1 }] },
    { name: 'attachment/mismatch', value: [{ at: 1, by: 'name', declared: 'doc', type: 'application/octet-stream' }] },
    { name: 'attachment/executable', value: [{ at: 1, type: 'application/x-script' }] },
    { name: 'attachment/unopened', value: [{ at: 1, member: '', reason: 'encrypted' }] },
    { name: 'archive/contents', value: [{ at: 1, files: 1, octets: 1, types: ['application/zip'], extensions: [] }] },
    { name: 'message/ambiguity', value: { kind: 'boundary-reused' } },
    { name: 'message/over-limit', value: { limit: 'lineOctets' } },
    { disposition: { kind: 'quarantine', reason: 'dmarc-reject' }, rule: 'dmarc-reject' },
    { disposition: { kind: 'quarantine', reason: 'unscannable' }, rule: 'unscannable' },
    { disposition: { kind: 'quarantine', reason: 'infected' }, rule: 'infected' },
    { state: 'unscannable', reason: 'not-inspected' },
    { name: 'antivirus/verdict', value: { state: 'not-scanned', reason: 'disabled' } },
    { name: 'attachment/type', value: [{ type: 'application/pdf', name: '.pdf', octets: 1 }, { type: 'image/png' }] },
    'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    { result: 'fail', reason: 'signature', testing: true, partial: true, unsignedOctets: 1 },
    { result: 'temperror', policy: 'quarantine', algorithm: 'ed25519-sha256', canonicalization: 'simple/simple' },
    {
      notify: ['never', 'success', 'failure', 'delay'],
      originalRecipient: 'rfc822;',
      dsn: { ret: 'hdrs', envelopeId: '' },
    },
    { direction: 'submission', protocol: 'ESMTP', listener: 'submissions', authenticatedAs: '', peerName: '' },
    { smtpUtf8: true, body: '7bit', dsn: { ret: 'full' }, reversePath: null },
    {
      facts: [
        { name: 'message/size', value: 4096 },
        {
          name: 'auth/spf',
          value: { result: 'pass', domain: 'example.jp', scope: 'mfrom', explanation: '', lookups: 1 },
        },
        {
          name: 'auth/dkim',
          value: [
            {
              result: 'pass',
              domain: 'example.co.jp',
              selector: 's1',
              algorithm: 'rsa-sha256',
              canonicalization: 'relaxed/relaxed',
              identity: '@example.com',
              keyBits: 2048,
            },
          ],
        },
        {
          name: 'auth/dmarc',
          value: {
            result: 'pass',
            domains: ['example.jp'],
            policyDomain: 'example.jp',
            policy: 'reject',
            pct: 100,
            alignedSpf: true,
            alignedDkim: ['example.jp'],
          },
        },
        { name: 'auth/arc', value: { result: 'none', instances: 0 } },
        { name: 'antivirus/verdict', value: { state: 'clean' } },
      ],
      envelope: {
        tenant: '',
        direction: 'reception',
        reversePath: { localPart: 'info', domain: 'example.co.jp' },
        forwardPaths: [{ address: { localPart: 'info', domain: 'example.jp' } }, { address: { localPart: '' } }],
        smtpUtf8: false,
        body: '8bitmime',
        dsn: {},
        client: {
          ip: '192.0.2.1',
          port: 50000,
          ehlo: 'mail.example.jp',
          protocol: 'ESMTPS',
          tls: { version: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384' },
          listener: 'smtp',
        },
        receivedAt: 1_790_000_000_000,
      },
      plan: {
        policyVersion: '',
        decidedAt: 1_790_000_000_000,
        decisions: [
          {
            forwardPath: { localPart: 'info', domain: 'example.jp' },
            disposition: { kind: 'deliver' },
            transformations: [],
            rule: 'default',
            why: { ja: '止める理由がない → 配送する', en: 'nothing speaks against it → deliver' },
          },
        ],
      },
      omitted: [],
    },
  ]),
);
